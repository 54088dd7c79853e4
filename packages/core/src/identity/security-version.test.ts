import fc from 'fast-check'

import { compareVersions, RequiredVersion, satisfiesVersion, SecurityVersion } from './security-version'

const installed = (text: string): SecurityVersion => text as SecurityVersion
const required = (text: string): RequiredVersion => text as RequiredVersion
const numbers = fc.nat({ max: 99999 })

describe('security version', () => {
  it('P-9: 2.10 satisfies 2.9, and 2.9.0.0 satisfies nothing', () => {
    expect(satisfiesVersion(installed('2.10.0.1'), required('2.9'))).toBe(true)
    expect(satisfiesVersion(installed('2.9.0.0'), required('2.9'))).toBe(false)
    expect(satisfiesVersion(installed('2.9.0.0'), required('0.0'))).toBe(false)
  })

  it('IN-2: the header value 2.2 means 2.2.0.1', () => {
    expect(satisfiesVersion(installed('2.2.0.1'), required('2.2'))).toBe(true)
    expect(satisfiesVersion(installed('2.1.0.1'), required('2.2'))).toBe(false)
  })

  it('IN-3: compares as two integers, major first', () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (a, b, c, d) => {
        const wanted = a > c || (a === c && b >= d)
        expect(satisfiesVersion(installed(`${a}.${b}.0.1`), required(`${c}.${d}`))).toBe(wanted)
        expect(Math.sign(compareVersions(required(`${a}.${b}`), required(`${c}.${d}`)))).toBe(
          Math.sign(a - c || b - d)
        )
      })
    )
  })

  it.each(['2.4.0.1', '2.10.0.0'])('IN-1: %s is an installed version', (text) => {
    expect(SecurityVersion.is(text)).toBe(true)
  })

  it.each(['2.4', '2.4.1.1', '2.4.0.2', '02.4.0.1', '2.4.0.1 ', '-2.4.0.1'])('IN-1: %j is none', (text) => {
    expect(SecurityVersion.is(text)).toBe(false)
  })

  it.each(['2', '2.2.0.1', '2.02', ' 2.2', '2.x'])('IN-2: %j is no requirement', (text) => {
    expect(RequiredVersion.is(text)).toBe(false)
  })
})
