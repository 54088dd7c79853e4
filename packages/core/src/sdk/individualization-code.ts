/**
 * How far an individualization has come.
 *
 * @source docs/reference/domain.md, section 2.4: Windows Media Format 11 SDK, DRM_INDIVIDUALIZATION_STATUS
 */
export const INDIVIDUALIZATION_CODE = {
  INDI_UNDEFINED: 0x00,
  INDI_BEGIN: 0x01,
  INDI_SUCCEED: 0x02,
  INDI_FAIL: 0x04,
  INDI_CANCEL: 0x08,
  INDI_DOWNLOAD: 0x10,
  INDI_INSTALL: 0x20,
} as const

/** Name of a stage of an individualization. */
export type IndividualizationCodeName = keyof typeof INDIVIDUALIZATION_CODE
