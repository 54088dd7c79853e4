import { nextStep, refusalReason } from './next-step'

describe('the step after a refused acquisition', () => {
  it.each([
    // NS_E_DRM_NO_RIGHTS, NS_E_DRM_LICENSE_NOTACQUIRED, NS_E_DRM_LICENSE_STORE_ERROR
    ['NoRight', 'non-silent'],
    ['LicenseUnavailable', 'non-silent'],
    ['NotSilent', 'non-silent'],
    ['StoreUnavailable', 'non-silent'],
    ['DiskFull', 'non-silent'],
    ['LicenseExists', 'non-silent'],
    // NS_E_DRM_NEEDS_INDIVIDUALIZATION
    ['IndividualizationRequired', 'individualize'],
    ['NotIndividualized', 'individualize'],
    // Any other
    ['CertificateRevoked', 'report'],
    ['UrlTampered', 'report'],
    ['toString', 'report'],
  ])('LI-63, C-17: %s → %s', (reason, next) => {
    expect(nextStep(reason)).toBe(next)
  })

  it('LI-63: a word of the service is a refusal, and so is a fault with a step; others are failures', () => {
    const refused = { type: 'ServiceRefused', service: 'license', reason: 'Anything', text: 'no', url: null } as const
    expect(refusalReason(refused)).toBe('Anything')
    expect(refusalReason({ type: 'DiskFull', place: 'x' })).toBe('DiskFull')
    expect(refusalReason({ type: 'ServiceUnavailable', service: 'license', why: 'x' })).toBeUndefined()
    expect(refusalReason({ type: 'ReplyInvalid', service: 'license', why: 'x' })).toBeUndefined()
    expect(refusalReason({ type: 'SealBroken' })).toBeUndefined()
  })
})
