import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { LIST_PAGE, licenseList } from './license-list'
import type { PlannedLicense } from './planned-license'

const issuers = ['A', 'E'].map((last) => `${'x'.repeat(42)}${last}`)

const license = (number: number): PlannedLicense => {
  const digits = String(number).padStart(12, '0')
  const [issuer, lid, keyId] = [issuers[number % 2], `00000000-0000-0000-0000-${digits}`, `${'0'.repeat(20)}${digits}`]
  if (!IssuerId.is(issuer) || !LicenseId.is(lid) || !KeyId.is(keyId)) throw new TypeError('no license')
  return { issuer, lid, keyId }
}

describe('the names of many licenses', () => {
  it.each([0, 1, LIST_PAGE - 1, LIST_PAGE, LIST_PAGE + 1, 3 * LIST_PAGE + 7])('come in order of issuer and id, %i of them', (count) => {
    const licenses = Array.from({ length: count }, (_, number) => license(number))
    const list = licenseList()
    ;[...licenses].reverse().forEach(list.add)
    const pages = [...list.pages()]
    expect(list.count()).toBe(count)
    expect(pages.flat()).toEqual([0, 1].flatMap((rest) => licenses.filter((_, number) => number % 2 === rest)))
    expect(pages.every((page) => page.length > 0 && page.length <= LIST_PAGE)).toBe(true)
  })

  it('take one that comes after they were read', () => {
    const list = licenseList()
    list.add(license(4))
    expect([...list.pages()].flat()).toEqual([license(4)])
    list.add(license(2))
    expect([...list.pages()].flat()).toEqual([license(2), license(4)])
  })
})
