import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { buildWrmHeader, parseWrmHeader } from './wrm-header'

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))

describe('WRMHEADER', () => {
  it('writes UTF-16LE without a byte order mark, members in the order of the reference', () => {
    const bytes = buildWrmHeader({ keyId: 'S2V5SWQ=', licenseUrl: 'https://example.test/?a=1&b=2', securityVersion: '2.2' })
    expect(Buffer.from(bytes).toString('utf16le')).toBe(
      '<WRMHEADER version="2.0.0.0"><DATA><SECURITYVERSION>2.2</SECURITYVERSION>' +
        '<LAINFO>https://example.test/?a=1&amp;b=2</LAINFO><KID>S2V5SWQ=</KID></DATA></WRMHEADER>'
    )
  })

  it('reads what a packager of Windows Media writes: checksum, content id, signature, unknown members', () => {
    const header = utf16(
      '<WRMHEADER version="2.0.0.0"><DATA><SECURITYVERSION>2.4</SECURITYVERSION><CID>clip 1</CID>' +
        '<LAINFO>https://example.test/license</LAINFO><KID>bGrZcVwTOkWGDeqvRBb4yw==</KID><CHECKSUM>AAAA</CHECKSUM>' +
        '<Custom>x</Custom></DATA><SIGNATURE><HASHALGORITHM type="SHA"/><VALUE>AAAA</VALUE></SIGNATURE></WRMHEADER>'
    )
    expect(parseWrmHeader(header)).toEqual(
      E.right({
        version: '2.0.0.0',
        keyId: 'bGrZcVwTOkWGDeqvRBb4yw==',
        licenseUrl: 'https://example.test/license',
        securityVersion: '2.4',
      })
    )
  })

  it('reads the same header with a byte order mark and trailing zero characters', () => {
    const header = utf16('\ufeff<WRMHEADER version="2.0.0.0"><DATA><KID>AAAA</KID></DATA></WRMHEADER>\0\0')
    expect(parseWrmHeader(header)).toEqual(E.right({ version: '2.0.0.0', keyId: 'AAAA', licenseUrl: '' }))
  })

  it.each([
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x "y">]><WRMHEADER version="2.0.0.0"><DATA><KID>&x;</KID></DATA></WRMHEADER>'],
    ['another element', '<HEADER version="2.0.0.0"><DATA><KID>AAAA</KID></DATA></HEADER>'],
    ['no key ID', '<WRMHEADER version="2.0.0.0"><DATA></DATA></WRMHEADER>'],
    ['broken XML', '<WRMHEADER version="2.0.0.0"><DATA><KID>AAAA</DATA></WRMHEADER>'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(E.isLeft(parseWrmHeader(utf16(text)))).toBe(true)
  })

  it('reads back any text that it writes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'Z', '&', '<', '>', '"', "'", '/', '=', 'é', '漢') })
    fc.assert(
      fc.property(text, (licenseUrl) => {
        const read = parseWrmHeader(buildWrmHeader({ keyId: 'AAAA', licenseUrl }))
        expect(read).toEqual(E.right({ version: '2.0.0.0', keyId: 'AAAA', licenseUrl: licenseUrl.trim() }))
      })
    )
  })

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['Left', 'Right']).toContain(parseWrmHeader(bytes)._tag)
      })
    )
  })
})
