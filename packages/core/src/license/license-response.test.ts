import * as E from 'fp-ts/Either'

import { MAX_RESPONSE, readLicenseResponse, writeLicenseResponse, type LicenseResponse } from './license-response'

const response: LicenseResponse = { document: 'a.b.c', key: 'a.b.c.d.e', certificates: ['x.y.z'], revocation: [] }
const text = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const sound = { v: 1, document: 'a.b.c', certificates: [], revocation: [] }

describe('readLicenseResponse', () => {
  it('gives back what was written, with and without a key', () => {
    expect(readLicenseResponse(writeLicenseResponse(response))).toEqual(E.right(response))
    const { key: _, ...leaf } = response
    expect(readLicenseResponse(writeLicenseResponse(leaf))).toEqual(E.right(leaf))
  })

  it.each([
    ['an unknown member', { ...sound, more: 1 }, 'license response/more'],
    ['a missing member', { v: 1, document: 'a', certificates: [] }, 'license response/revocation'],
    ['a key that is no text', { ...sound, key: 1 }, 'license response/key'],
    ['too many certificates', { ...sound, certificates: Array(17).fill('a') }, 'license response/certificates'],
    ['too many lists', { ...sound, revocation: Array(17).fill('a') }, 'license response/revocation'],
    ['a list', [], 'license response'],
  ])('refuses %s', (_, value, where) => {
    expect(readLicenseResponse(text(value))).toEqual(E.left(expect.objectContaining({ type: 'BadInput', where })))
  })

  it('refuses another version by name', () => {
    const expected = E.left({ type: 'LicenseVersionUnknown', version: '2' })
    expect(readLicenseResponse(text({ ...sound, v: 2 }))).toEqual(expected)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half of a response', text(sound).subarray(0, 20)],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('refuses %s', (_, bytes) => {
    expect(readLicenseResponse(bytes)).toEqual(E.left(expect.objectContaining({ type: 'BadInput' })))
  })

  it('R16: refuses what is too large before reading it', () => {
    const expected = E.left({ type: 'LicenseTooLarge', bytes: MAX_RESPONSE + 1, limit: MAX_RESPONSE })
    expect(readLicenseResponse(Buffer.alloc(MAX_RESPONSE + 1, '['))).toEqual(expected)
  })
})
