import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { readLicenseResponse, writeLicenseResponse, type LicenseResponse } from './license-response'
import { responseString } from './response-string'

const response: LicenseResponse = { document: 'a.b.c', certificates: ['x.y.z'], revocation: [] }
const inside = Buffer.from(writeLicenseResponse(response)).toString('base64')
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const wrapped = (license: string): string => `<LICENSERESPONSE>\n  ${license}\n</LICENSERESPONSE>`
const sound = wrapped(`<LICENSE version="3.0.0.0">${inside}</LICENSE>`)
const bad = (where: string): unknown => E.left(expect.objectContaining({ type: 'BadInput', where }))

describe('readLicenseResponse, of a response string', () => {
  it('LI-54: finds the license in LICENSERESPONSE, in UTF-16 with and without its mark', () => {
    expect(readLicenseResponse(utf16(sound))).toEqual(E.right(response))
    expect(readLicenseResponse(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(sound)]))).toEqual(E.right(response))
    expect(readLicenseResponse(responseString(writeLicenseResponse(response)))).toEqual(E.right(response))
  })

  it('LI-54: base64 may be broken into lines', () => {
    const lines = inside.replace(/.{20}/g, '$&\r\n')
    expect(readLicenseResponse(utf16(wrapped(`<LICENSE version="3.0.0.0">${lines}</LICENSE>`)))).toEqual(E.right(response))
  })

  it('LI-54: refuses a license in the binary form of the platform by name', () => {
    const binary = Buffer.concat([Buffer.from('XMR\0'), Buffer.alloc(60)]).toString('base64')
    const read = readLicenseResponse(utf16(wrapped(`<LICENSE version="3.0.0.0">${binary}</LICENSE>`)))
    expect(read).toEqual(E.left({ type: 'LicenseVersionUnknown', version: 'XMR' }))
  })

  it.each([
    ['another version', `<LICENSE version="2.0.0.0">${inside}</LICENSE>`, '2.0.0.0'],
    ['no version', `<LICENSE>${inside}</LICENSE>`, 'none'],
  ])('LI-54: refuses %s by name', (_, license, version) => {
    expect(readLicenseResponse(utf16(wrapped(license)))).toEqual(E.left({ type: 'LicenseVersionUnknown', version }))
  })

  it.each([
    ['UTF-8', Buffer.from(sound), 'LICENSERESPONSE'],
    ['UTF-16 with the high byte first', Buffer.from(utf16(`\ufeff${sound}`)).swap16(), 'license response'],
    ['another outermost element', utf16(sound.replaceAll('LICENSERESPONSE', 'RESPONSE')), 'XML'],
    ['no license', utf16(wrapped('')), 'LICENSERESPONSE/LICENSE'],
    ['two licenses', utf16(wrapped(`<LICENSE version="3.0.0.0">${inside}</LICENSE>`.repeat(2))), 'LICENSERESPONSE/LICENSE'],
    ['another element', utf16(wrapped(`<LICENSE version="3.0.0.0">${inside}</LICENSE><MORE/>`)), 'LICENSERESPONSE/MORE'],
    ['another attribute', utf16(wrapped(`<LICENSE version="3.0.0.0" x="1">${inside}</LICENSE>`)), 'LICENSERESPONSE/LICENSE/@x'],
    ['an empty license', utf16(wrapped('<LICENSE version="3.0.0.0"> </LICENSE>')), 'LICENSERESPONSE/LICENSE'],
    ['no base64', utf16(wrapped('<LICENSE version="3.0.0.0">***</LICENSE>')), 'LICENSERESPONSE/LICENSE'],
    ['something else inside', utf16(wrapped('<LICENSE version="3.0.0.0">Zm9v</LICENSE>')), 'license response'],
    ['a document type', utf16(`<!DOCTYPE LICENSERESPONSE>${sound}`), 'XML'],
  ])('LI-54: refuses %s', (_, bytes, where) => {
    expect(readLicenseResponse(bytes)).toEqual(bad(where))
  })

  it('R16: ends in a typed fault on any bytes', () => {
    const damaged = fc.tuple(fc.constantFrom(utf16(sound), Buffer.from(writeLicenseResponse(response))), fc.nat(), fc.nat(255)).map(
      ([bytes, at, value]) => {
        const copy = Uint8Array.from(bytes)
        copy[at % copy.length] = value
        return copy
      }
    )
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const read = readLicenseResponse(bytes)
        expect(E.isRight(read) || ['BadInput', 'LicenseTooLarge', 'LicenseVersionUnknown'].includes(read.left.type)).toBe(true)
      }),
      { numRuns: runs(500) }
    )
  })
})
