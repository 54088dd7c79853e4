import type { CertificateFault } from '../fault/core-fault'
import type { ResultCode } from '../license/result-code'

/**
 * The platform's name for what is wrong with a receiver's or an application's certificate (EX-22). The platform does not
 * say which code comes when; that an expired certificate counts as a bad one is inferred.
 *
 * @source Windows Media Format 11 SDK, "Error Codes"
 */
export const certificateCode = ({ type }: CertificateFault): ResultCode => {
  switch (type) {
    case 'CertificateInvalid':
    case 'CertificateExpired':
      return { name: 'NS_E_DRM_INVALID_APPCERT', value: 0xc00d277c }
    case 'CertificateRevoked':
      return { name: 'NS_E_DRM_APPCERT_REVOKED', value: 0xc00d2752 }
    case 'LevelInadequate':
      return { name: 'NS_E_DRM_CERTIFICATE_SECURITY_LEVEL_INADEQUATE', value: 0xc00d28ae }
  }
}
