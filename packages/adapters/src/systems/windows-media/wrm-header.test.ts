import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { parseWrmHeader } from './read-wrm-header'
import type { WrmHeader, WrmVersion } from './wrm-header'
import { buildWrmHeader } from './write-wrm-header'

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf16le')

const NAMESPACE = 'xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader"'
const FIRST = 'QrOsKPr/xjfd6Dhll3gRgA=='
const SECOND = 'FYyMnQ8ayK26nzq4p0Q0Pw=='

/** A header as packagers of Windows Media write it. @source docs/reference/third-party-systems.md §3 */
const SIGNED =
  '<WRMHEADER version="2.0.0.0"><DATA><SECURITYVERSION>2.2</SECURITYVERSION><CID>WMID:246083143</CID>' +
  '<LAINFO>https://example.test/license</LAINFO><KID>P5GlZb7/CEKig6gco/eQQw==</KID><CHECKSUM>jbzXJoUdhw==</CHECKSUM>' +
  '<Artist>x &amp; y</Artist></DATA><SIGNATURE><HASHALGORITHM type="SHA"></HASHALGORITHM>' +
  '<SIGNALGORITHM type="MSDRM"></SIGNALGORITHM><VALUE>XQd7zeXf</VALUE></SIGNATURE></WRMHEADER>'

/** One of each version, as its published shape has it, and what it says. */
const SHAPES: ReadonlyArray<readonly [WrmVersion, string, Partial<WrmHeader>]> = [
  [
    '2.0.0.0',
    SIGNED,
    {
      keys: [{ keyId: 'P5GlZb7/CEKig6gco/eQQw==', checksum: 'jbzXJoUdhw==' }],
      licenseUrl: 'https://example.test/license',
      securityVersion: '2.2',
      contentId: 'WMID:246083143',
      attributes: [{ name: 'Artist', value: 'x & y' }],
      signature: { hashAlgorithm: 'SHA', signAlgorithm: 'MSDRM', value: 'XQd7zeXf' },
    },
  ],
  [
    '4.0.0.0',
    `<WRMHEADER ${NAMESPACE} version="4.0.0.0"><DATA><PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>` +
      `<KID>${FIRST}</KID><CHECKSUM>EUnPZ7eeX9c=</CHECKSUM><LA_URL>https://x.test/?a=1&amp;b=2</LA_URL>` +
      '<LUI_URL>https://x.test/ui</LUI_URL><DS_ID>AAAAAAAAAAAAAAAAAAAAAA==</DS_ID>' +
      '<CUSTOMATTRIBUTES><A b="c">d</A></CUSTOMATTRIBUTES></DATA></WRMHEADER>',
    {
      keys: [{ keyId: FIRST, algorithm: 'AESCTR', checksum: 'EUnPZ7eeX9c=' }],
      keyLength: '16',
      licenseUrl: 'https://x.test/?a=1&b=2',
      userInterfaceUrl: 'https://x.test/ui',
      domainServiceId: 'AAAAAAAAAAAAAAAAAAAAAA==',
      customXml: '<A b="c">d</A>',
    },
  ],
  [
    '4.1.0.0',
    `<WRMHEADER ${NAMESPACE} version="4.1.0.0"><DATA><PROTECTINFO><KID ALGID="COCKTAIL" CHECKSUM="17zOhbxRaQ==" VALUE="${FIRST}">` +
      '</KID></PROTECTINFO><DECRYPTORSETUP>ONDEMAND</DECRYPTORSETUP></DATA></WRMHEADER>',
    { keys: [{ keyId: FIRST, algorithm: 'COCKTAIL', checksum: '17zOhbxRaQ==' }], decryptorSetup: 'ONDEMAND' },
  ],
  [
    '4.2.0.0',
    `<WRMHEADER ${NAMESPACE} version="4.2.0.0"><DATA><PROTECTINFO><KIDS><KID ALGID="AESCTR" VALUE="${FIRST}"></KID>` +
      `<KID ALGID="AESCTR" VALUE="${SECOND}"></KID></KIDS></PROTECTINFO></DATA></WRMHEADER>`,
    {
      keys: [
        { keyId: FIRST, algorithm: 'AESCTR' },
        { keyId: SECOND, algorithm: 'AESCTR' },
      ],
    },
  ],
  [
    '4.3.0.0',
    `<WRMHEADER ${NAMESPACE} version="4.3.0.0"><DATA><PROTECTINFO LICENSEREQUESTED="true"><KIDS><KID ALGID="AESCBC" ` +
      `VALUE="${FIRST}"></KID><KID ALGID="AESCBC" VALUE="${SECOND}"></KID></KIDS></PROTECTINFO></DATA></WRMHEADER>`,
    {
      keys: [
        { keyId: FIRST, algorithm: 'AESCBC' },
        { keyId: SECOND, algorithm: 'AESCBC' },
      ],
      licenseRequested: 'true',
    },
  ],
]

const NO_URL = { licenseUrl: '', attributes: [] }

describe('WRMHEADER', () => {
  it.each(SHAPES)('%s is read as published, and written again byte for byte', (version, text, said) => {
    const read = parseWrmHeader(utf16(text))
    expect(read).toEqual(E.right({ version, ...NO_URL, ...said }))
    expect(E.isRight(read) && textOf(buildWrmHeader(read.right))).toBe(text)
  })

  it('reads the same header with a byte order mark and trailing zero characters', () => {
    expect(parseWrmHeader(utf16(`\ufeff${SIGNED}\0\0`))).toEqual(parseWrmHeader(utf16(SIGNED)))
  })

  it('takes elements in any order, of equal ones the first, and passes over those that it does not know', () => {
    const text =
      `<WRMHEADER ${NAMESPACE} version="4.0.0.0"><DATA><New/><KID>${FIRST}</KID><KID>${SECOND}</KID>` +
      '<PROTECTINFO><ALGID>AESCTR</ALGID><New/></PROTECTINFO></DATA></WRMHEADER>'
    expect(parseWrmHeader(utf16(text))).toEqual(
      E.right({ version: '4.0.0.0', ...NO_URL, keys: [{ keyId: FIRST, algorithm: 'AESCTR' }] })
    )
  })

  const OF_VERSION_2 = '<WRMHEADER version="2.0.0.0"><DATA>'
  it.each([
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x "y">]><WRMHEADER version="2.0.0.0"><DATA><KID>&x;</KID></DATA></WRMHEADER>', 2],
    ['a DOCTYPE that is not used', '<!DOCTYPE WRMHEADER><WRMHEADER version="2.0.0.0"><DATA><KID>AAAA</KID></DATA></WRMHEADER>', 2],
    ['an entity of nobody', `${OF_VERSION_2}<KID>&x;</KID></DATA></WRMHEADER>`, 2 * OF_VERSION_2.length],
    ['another element', '<HEADER version="2.0.0.0"><DATA><KID>AAAA</KID></DATA></HEADER>', 2],
    ['no key ID', `${OF_VERSION_2}</DATA></WRMHEADER>`, 2 * OF_VERSION_2.length],
    ['no key ID in 4.0', `<WRMHEADER ${NAMESPACE} version="4.0.0.0"><DATA></DATA></WRMHEADER>`, 2],
    ['no DATA', '<WRMHEADER version="2.0.0.0"></WRMHEADER>', 2],
    ['another namespace', '<WRMHEADER version="4.0.0.0"><DATA><KID>AAAA</KID></DATA></WRMHEADER>', 2],
    ['a KID without a value', `<WRMHEADER ${NAMESPACE} version="4.1.0.0"><DATA><PROTECTINFO><KID/></PROTECTINFO></DATA></WRMHEADER>`, 2],
    ['broken XML', `${OF_VERSION_2}<KID>AAAA</DATA></WRMHEADER>`, 2 * OF_VERSION_2.length],
    ['nothing', '', 0],
    [
      '17 elements in each other',
      `${OF_VERSION_2}<KID>AAAA</KID>${'<a>'.repeat(15)}${'</a>'.repeat(15)}</DATA></WRMHEADER>`,
      2 * OF_VERSION_2.length,
    ],
    ['1025 elements', `${OF_VERSION_2}<KID>AAAA</KID>${'<a/>'.repeat(1022)}</DATA></WRMHEADER>`, 2 * OF_VERSION_2.length],
    ['more than 64 KiB', `${OF_VERSION_2}${' '.repeat(0x8000)}<KID>AAAA</KID></DATA></WRMHEADER>`, 0],
  ])('refuses %s, and says where', (_, text, least) => {
    const read = parseWrmHeader(utf16(text))
    expect(read).toMatchObject(E.left({ type: 'WrmHeaderMalformed' }))
    const at = E.isLeft(read) ? read.left.at : -1
    expect(at).toBeGreaterThanOrEqual(least)
    expect(at).toBeLessThanOrEqual(text.length * 2)
  })

  it('reads what stays just within those bounds', () => {
    const inside = `${'<a>'.repeat(14)}${'</a>'.repeat(14)}${'<a/>'.repeat(1007)}`
    const padding = ' '.repeat(0x8000 - OF_VERSION_2.length - inside.length - 36)
    const text = `${OF_VERSION_2}<KID>AAAA</KID>${inside}${padding}</DATA></WRMHEADER>`
    expect(utf16(text).length).toBeLessThanOrEqual(0x1_0000)
    expect(E.isRight(parseWrmHeader(utf16(text)))).toBe(true)
  })

  it('PlayReady Header Specification 6: refuses a check value beside AESCBC', () => {
    const text =
      `<WRMHEADER ${NAMESPACE} version="4.3.0.0"><DATA><PROTECTINFO><KIDS><KID ALGID="AESCBC" CHECKSUM="AAAA" VALUE="${FIRST}">` +
      '</KID></KIDS></PROTECTINFO></DATA></WRMHEADER>'
    expect(parseWrmHeader(utf16(text))).toMatchObject(E.left({ expected: 'no CHECKSUM with AESCBC' }))
  })

  it.each(['4.4.0.0', '1.0.0.0', '5.0.0.0', ''])('fails on version %j, which is not known', (version) => {
    expect(parseWrmHeader(utf16(`<WRMHEADER ${NAMESPACE} version="${version}"><DATA></DATA></WRMHEADER>`))).toMatchObject(
      E.left({ type: 'WrmHeaderUnsupported', found: version })
    )
  })

  it('reads back any text that it writes', () => {
    const text = fc
      .string({ unit: fc.constantFrom('a', 'Z', '&', '<', '>', '"', "'", '/', '=', 'é', '漢', '\r', ' ', ']]>') })
      .map((each) => each.trim())
    fc.assert(
      fc.property(text, text, text, (licenseUrl, keyId, checksum) => {
        for (const version of ['2.0.0.0', '4.0.0.0', '4.1.0.0', '4.2.0.0'] as const) {
          const header = { version, ...NO_URL, licenseUrl, keys: [{ keyId, checksum }] }
          expect(parseWrmHeader(buildWrmHeader(header))).toEqual(E.right(header))
        }
      })
    )
  })

  it('does not write what it could not read again', () => {
    const header = { version: '4.0.0.0', ...NO_URL, keys: [{ keyId: FIRST }], customXml: '<a>' } as const
    expect(() => buildWrmHeader(header)).toThrow(TypeError)
  })

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['Left', 'Right']).toContain(parseWrmHeader(bytes)._tag)
      })
    )
  })
})
