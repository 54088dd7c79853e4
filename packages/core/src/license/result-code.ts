import type { RefusalReason } from './refusal'

/** A result code of the platform. */
export interface ResultCode {
  readonly name: string
  readonly value: number
}

/**
 * The platform's result code for each reason that it has one for.
 *
 * @source Windows Media Format 11 SDK, "Error Codes"; MS-ERREF for the two of LICENSE_…
 */
export const RESULT_CODE: Readonly<Partial<Record<RefusalReason, ResultCode>>> = {
  NoLicense: { name: 'NS_E_LICENSE_REQUIRED', value: 0xc00d0bbe },
  NoRight: { name: 'NS_E_LICENSE_INCORRECT_RIGHTS', value: 0xc00d0bc1 },
  Expired: { name: 'NS_E_DRM_LICENSE_EXPIRED', value: 0xc00d27d8 },
  NotStarted: { name: 'NS_E_DRM_LICENSE_NOTENABLED', value: 0xc00d27d9 },
  ApplicationLevelTooLow: { name: 'NS_E_DRM_LICENSE_APPSECLOW', value: 0xc00d27da },
  IndividualizationRequired: { name: 'NS_E_DRM_NEEDS_INDIVIDUALIZATION', value: 0xc00d2728 },
  ClockUntrusted: { name: 'NS_E_DRM_LIC_NEEDS_DEVICE_CLOCK_SET', value: 0xc00d2779 },
  MeteringUnsupported: { name: 'NS_E_DRM_POLICY_METERING_DISABLED', value: 0xc00d2776 },
  UplinkMissing: { name: 'NS_E_DRM_NO_UPLINK_LICENSE', value: 0xc00d2848 },
  ChainTooLong: { name: 'NS_E_DRM_CHAIN_TOO_LONG', value: 0xc00d284c },
  OutputLevelsUnknown: { name: 'NS_E_DRM_RESTRICTIONS_NOT_RETRIEVED', value: 0xc00d2769 },
  AudioPathMissing: { name: 'NS_E_DRM_LICENSE_NOSAP', value: 0xc00d280a },
  RevocationTooOld: { name: 'NS_E_DRM_RIV_TOO_SMALL', value: 0xc00d28b7 },
  InclusionMissing: { name: 'NS_E_DRM_INCLUSION_LIST_REQUIRED', value: 0xc00d28b5 },
  LicenseSignatureInvalid: { name: 'NS_E_DRM_INVALID_LICENSE', value: 0xc00d2718 },
  CertificateInvalid: { name: 'NS_E_DRM_INVALID_CERTIFICATE', value: 0xc00d28a0 },
  CertificateRevoked: { name: 'NS_E_DRM_CERTIFICATE_REVOKED', value: 0xc00d28a1 },
  LevelInadequate: { name: 'NS_E_DRM_CERTIFICATE_SECURITY_LEVEL_INADEQUATE', value: 0xc00d28ae },
}
