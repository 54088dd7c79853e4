import { b64u } from '../encoding/b64u'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { ENVELOPE_LENGTH } from '../vault/key-envelope'
import { LIST_PAGE, licenseList } from './license-list'
import type { PlannedLicense } from './planned-license'
import { sealedList } from './sealed-list'

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

  it('are given away by draining, in the same order', () => {
    const list = licenseList()
    const licenses = Array.from({ length: LIST_PAGE + 3 }, (_, number) => license(2 * number))
    ;[...licenses].reverse().forEach(list.add)
    const counts: number[] = []
    const drained = [...list.drain()].flatMap((page) => {
      counts.push(page.length)
      return page
    })
    expect(drained).toEqual(licenses)
    expect(counts).toEqual([LIST_PAGE, 3])
    expect(list.count()).toBe(0)
  })
})

describe('licenses with their envelopes', () => {
  const envelope = (number: number): Uint8Array => new Uint8Array(ENVELOPE_LENGTH).fill(number % 251)

  it.each([0, 1, LIST_PAGE, 3 * LIST_PAGE + 7])('come as they were added, %i of them', (count) => {
    const list = sealedList()
    const licenses = Array.from({ length: count }, (_, number) => license(number))
    licenses.forEach((one, number) => {
      list.add(one, envelope(number))
    })
    const pages = [...list.pages()]
    expect(list.count()).toBe(count)
    expect(pages.flat()).toEqual(licenses.map((one, number) => ({ ...one, env: b64u(envelope(number)) })))
    expect(pages.every((page) => page.length > 0 && page.length <= LIST_PAGE)).toBe(true)
  })

  it('have one of the right length', () => {
    expect(() => {
      sealedList().add(license(1), new Uint8Array(ENVELOPE_LENGTH - 1))
    }).toThrow(RangeError)
  })
})
