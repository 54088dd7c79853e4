import { FLAGS } from './flags'
import { HRESULT } from './hresult'
import { missingLicense, missingLicenseCode, waysToLicense, type UnopenedContent } from './missing-license'

const content = (members: Partial<UnopenedContent> = {}): UnopenedContent => ({
  version: 7,
  url: 'https://license.example/',
  urlState: 'untrusted',
  ...members,
})

describe('content without a license', () => {
  it.each([
    [[], 'NS_E_LICENSE_REQUIRED'],
    [['NoLicense'], 'NS_E_LICENSE_REQUIRED'],
    [['Expired'], 'NS_E_LICENSE_OUTOFDATE'],
    [['Exhausted', 'NoRight'], 'NS_E_LICENSE_OUTOFDATE'],
    [['NoRight'], 'NS_E_LICENSE_INCORRECT_RIGHTS'],
    [['NoRight', 'ApplicationLevelTooLow'], 'NS_E_LICENSE_INCORRECT_RIGHTS'],
  ] as const)('LI-70: for the reasons %j is told as %s', (reasons, code) => {
    expect(missingLicenseCode(reasons)).toBe(code)
    expect(missingLicense(content(), reasons)[1]).toMatchObject({ status: 26, hr: HRESULT[code] })
  })

  it('LI-68: says the state of the URL first', () => {
    for (const [urlState, value] of [['untrusted', 0], ['trusted', 1], ['tampered', 2]] as const) {
      const [first] = missingLicense(content({ urlState }), ['NoLicense'])
      expect(first).toEqual({ status: 43, hr: 0, type: FLAGS.DRM_ATTR_DATATYPE.DWORD, value })
    }
  })

  it('LI-69: of version 1 has the older status with the page’s address, and a page is the only way', () => {
    const [, told] = missingLicense(content({ version: 1 }), ['Expired'])
    expect(told).toEqual({ status: 9, hr: 0, type: FLAGS.DRM_ATTR_DATATYPE.STRING, value: 'https://license.example/' })
    expect(waysToLicense(content({ version: 1 }))).toEqual(['non-silent'])
  })

  it('LI-72: leaves the choice, the silent way first', () => {
    expect(waysToLicense(content())).toEqual(['silent', 'non-silent'])
  })

  it('LI-68: goes nowhere by a URL that was tampered with', () => {
    expect(waysToLicense(content({ urlState: 'tampered' }))).toEqual([])
    expect(waysToLicense(content({ urlState: 'tampered', version: 1 }))).toEqual([])
  })
})
