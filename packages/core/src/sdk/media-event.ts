/**
 * The events of the second generation. 504, 505, 507 and 509 to 512 have no public name.
 *
 * @source docs/reference/domain.md, section 2.2: public header mfobjects.h
 */
export const MEDIA_EVENT = {
  MEWMDRMLicenseBackupCompleted: 500,
  MEWMDRMLicenseBackupProgress: 501,
  MEWMDRMLicenseRestoreCompleted: 502,
  MEWMDRMLicenseRestoreProgress: 503,
  MEWMDRMLicenseAcquisitionCompleted: 506,
  MEWMDRMIndividualizationCompleted: 508,
  MEWMDRMIndividualizationProgress: 513,
  MEWMDRMProximityCompleted: 514,
  MEWMDRMLicenseStoreCleaned: 515,
  MEWMDRMRevocationDownloadCompleted: 516,
} as const

/** Name of an event of the second generation. */
export type MediaEventName = keyof typeof MEDIA_EVENT
