/** The structure of a backup's or restore's status. @source docs/reference/domain.md, section 2.9 */
export interface BackupRestoreStatus {
  /** MSDRM_STATUS. */
  readonly eStatus: number
  /** Key ID with a restricted license, URL with DRM_ERROR_WITHURL (BR-31), `done of all` with information; else empty. */
  readonly bstrError: string
}

/** The structure of an individualization's status. @source docs/reference/domain.md, section 2.9 */
export interface WmIndividualizeStatus {
  readonly hr: number
  /** DRM_INDIVIDUALIZATION_STATUS. */
  readonly enIndiStatus: number
  /** Always empty: our services answer to the request and name no page. */
  readonly pszIndiRespUrl: string
  /** Completed round trips. */
  readonly dwHTTPRequest: number
  /** DRM_HTTP_STATUS. */
  readonly enHTTPStatus: number
  /** Bytes so far. */
  readonly dwHTTPReadProgress: number
  /** Bytes expected; may be 0 at first. */
  readonly dwHTTPReadTotal: number
}

/** The structure of a license that is to be got. @source docs/reference/domain.md, section 2.9 */
export interface WmGetLicenseData {
  readonly hr: number
  readonly wszURL: string
  /** Deprecated by the platform, and always empty here. */
  readonly wszLocalFilename: string
  /** The challenge without the prefix `nonsilent=1&challenge=` (LI-60). */
  readonly pbPostData: string
}

/** What a non-silent acquisition ends with in the second generation: what the application is to post, and where to (LI-60). */
export interface NonSilentAcquisition {
  readonly url: string
  readonly challenge: string
}

/** The object that comes with an event of the second generation, told apart by `type`. Each event has its own (EV-4). */
export type StatusObject =
  | { readonly type: 'IWMDRMLicenseBackupRestoreStatus'; readonly getStatus: () => BackupRestoreStatus }
  | { readonly type: 'IWMDRMIndividualizationStatus'; readonly getStatus: () => WmIndividualizeStatus }
  | { readonly type: 'IWMDRMNonSilentLicenseAquisition'; readonly getStatus: () => NonSilentAcquisition }

/** An event of the second generation: decide by `status` first (EV-2). */
export interface MediaEvent {
  /** A number of `MEDIA_EVENT`. */
  readonly type: number
  /** HRESULT, unsigned. */
  readonly status: number
  /** VT_UNKNOWN with an object, else VT_EMPTY. */
  readonly value: StatusObject | null
}

/** A status of the first generation, as the callback receives it, without the context. */
export interface WmtSignal {
  /** A number of `WMT_STATUS`. */
  readonly status: number
  /** HRESULT, unsigned; if it fails, the status does not have its normal meaning (BR-15, EV-12). */
  readonly hr: number
  /** WMT_ATTR_DATATYPE: how to read `value` (EV-14). */
  readonly type: number
  readonly value: string | number | WmIndividualizeStatus | WmGetLicenseData | null
}
