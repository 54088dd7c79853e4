import type { CertificateFault } from '../fault/core-fault'
import { certificateCode } from './certificate-code'

describe('certificateCode', () => {
  it.each<[string, CertificateFault, string, number]>([
    ['bad', { type: 'CertificateInvalid', where: '', why: '' }, 'NS_E_DRM_INVALID_APPCERT', 0xc00d277c],
    ['expired', { type: 'CertificateExpired', serial: '', until: '' }, 'NS_E_DRM_INVALID_APPCERT', 0xc00d277c],
    ['revoked', { type: 'CertificateRevoked', thumbprint: '' }, 'NS_E_DRM_APPCERT_REVOKED', 0xc00d2752],
    ['too weak', { type: 'LevelInadequate', level: 1, least: 2 }, 'NS_E_DRM_CERTIFICATE_SECURITY_LEVEL_INADEQUATE', 0xc00d28ae],
  ])('EX-22 (inferred): a certificate that is %s has its code', (_, fault, name, value) => {
    expect(certificateCode(fault)).toEqual({ name, value })
  })
})
