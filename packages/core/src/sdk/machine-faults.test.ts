import { faultCode } from './fault-code'

describe('what the computer itself forbids', () => {
  it('IN-33: keys that are bound to another machine', () => {
    for (const kind of ['individualization', 'backup', 'restore', 'acquisition'] as const) {
      expect(faultCode(kind, 'BindingMismatch')).toBe('NS_E_DRM_HARDWAREID_MISMATCH')
    }
  })

  it('IN-35: services that may not be asked', () => {
    for (const kind of ['individualization', 'restore', 'revocation', 'acquisition'] as const) {
      expect(faultCode(kind, 'OnlineDisabled')).toBe('NS_E_DRM_POLICY_DISABLE_ONLINE')
    }
  })
})
