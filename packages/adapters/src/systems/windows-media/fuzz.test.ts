import { createSecretKey } from 'node:crypto'
import {
  advancedContentEncryptionObject,
  contentEncryptionObject,
  extendedContentEncryptionObject,
  protectionSystemIdentifierObject,
} from '@custody/pipeline/asf'
import type { MediaFault } from '@custody/pipeline/fault'
import type { ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { readAsfProtection } from './asf-protection'
import { readHeaderFacts } from './header-facts'
import { keyMatchesHeader } from './key-checksum'
import { buildPlayReadyObject } from './playready-object'

const OBJECT_FRAME = 24
const AT = 1000
/** Milliseconds of processor time for one header. */
const QUICK = 1000
const ROOM = 64 * 0x10_0000

const KEY_ID = '4Rplb+TbNES8tGkNFWTEHA=='
const NAMESPACE = 'xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader"'
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))

/** A header of each version. @source docs/reference/third-party-systems.md §3 */
const HEADERS = [
  '<WRMHEADER version="2.0.0.0"><DATA><SECURITYVERSION>2.2</SECURITYVERSION><CID>c</CID><LAINFO>http://x.test/</LAINFO>' +
    `<KID>${KEY_ID}</KID><CHECKSUM>j0YI04QqgQ==</CHECKSUM><A>b</A></DATA><SIGNATURE><HASHALGORITHM type="SHA"></HASHALGORITHM>` +
    '<SIGNALGORITHM type="MSDRM"></SIGNALGORITHM><VALUE>AAAA</VALUE></SIGNATURE></WRMHEADER>',
  `<WRMHEADER ${NAMESPACE} version="4.0.0.0"><DATA><PROTECTINFO><KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO>` +
    `<KID>${KEY_ID}</KID><CHECKSUM>KLj3QzQP/NA=</CHECKSUM><CUSTOMATTRIBUTES><A>b</A></CUSTOMATTRIBUTES></DATA></WRMHEADER>`,
  `<WRMHEADER ${NAMESPACE} version="4.3.0.0"><DATA><PROTECTINFO><KIDS><KID ALGID="AESCTR" CHECKSUM="KLj3QzQP/NA=" VALUE="${KEY_ID}">` +
    '</KID></KIDS></PROTECTINFO><LA_URL>http://x.test/</LA_URL></DATA></WRMHEADER>',
] as const

/** What hostile authors of XML write, and words of the format in places that are not theirs. */
const PIECES = [
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  '&x;',
  '&#0;',
  '&lt;',
  '<a>'.repeat(30),
  '<b/>'.repeat(1100),
  '<![CDATA[',
  ']]>',
  '<!--',
  '<?xml version="1.0" encoding="UTF-8"?>',
  '</DATA>',
  '<KID>AAAA</KID>',
  '<KID VALUE="AAAA" ALGID="AESCBC" CHECKSUM="AAAA"></KID>',
  '<SECURITYVERSION>99999.99999</SECURITYVERSION>',
  '<ALGID>COCKTAIL</ALGID>',
  '\ufeff',
  '\0',
  '\ud800',
  'x'.repeat(40_000),
]

type Change =
  | { readonly type: 'insert'; readonly at: number; readonly text: string }
  | { readonly type: 'remove'; readonly at: number; readonly length: number }
  | { readonly type: 'double'; readonly at: number; readonly length: number }

const place = fc.nat(450)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant('insert' as const), at: place, text: fc.constantFrom(...PIECES) }),
  fc.record({ type: fc.constant('remove' as const), at: place, length: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ type: fc.constant('double' as const), at: place, length: fc.integer({ min: 1, max: 60 }) })
)

const changed = (xml: string, each: Change): string => {
  if (each.type === 'insert') return xml.slice(0, each.at) + each.text + xml.slice(each.at)
  const end = each.at + each.length
  return each.type === 'remove' ? xml.slice(0, each.at) + xml.slice(end) : xml.slice(0, end) + xml.slice(each.at)
}

const KINDS: Readonly<Record<string, (xml: Uint8Array) => Uint8Array>> = {
  'extended-content-encryption': extendedContentEncryptionObject,
  'protection-system-identifier': (xml) =>
    protectionSystemIdentifierObject({
      systemId: 'F4637010-03C3-42CD-B932-B48ADF3A6A54',
      // A record has at most 64 KiB.
      data: buildPlayReadyObject([{ type: 1, value: xml.subarray(0, 0xffff) }]),
    }),
  'content-encryption': (xml) =>
    contentEncryptionObject({ secretData: xml, protectionType: 'DRM', keyId: KEY_ID, licenseUrl: 'http://x.test/' }),
  'advanced-content-encryption': (xml) =>
    advancedContentEncryptionObject([
      { systemId: '7A079BB6-DAA4-4E12-A5CA-91D38DC11A8D', systemVersion: 1, objects: [], data: xml.subarray(0, 16) },
    ]),
}

/** Bytes that are changed in the body, each by its place from the front. */
const bytes = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 3 })

const headerOf = (kind: string, xml: string, flips: ReadonlyArray<readonly [number, number]>, cut: number): ProtectionHeader => {
  const object = KINDS[kind]?.(utf16(xml)) ?? new Uint8Array(OBJECT_FRAME)
  const data = object.slice(OBJECT_FRAME, object.length - cut)
  for (const [at, value] of flips) if (at < data.length) data[at] = value
  return { kind, at: AT, data }
}

const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const listed = (fault: MediaFault): ReadonlyArray<MediaFault> => [fault]
const none = (): ReadonlyArray<MediaFault> => []

const KEY = createSecretKey(Buffer.alloc(16, 1))

describe('protection headers, changed where it hurts', () => {
  it('are read before they are changed', () => {
    for (const xml of HEADERS) {
      for (const kind of ['extended-content-encryption', 'protection-system-identifier']) {
        expect(readHeaderFacts(headerOf(kind, xml, [], 0))).toMatchObject(E.right({ checks: [{ keyId: '6f651ae1dbe44434bcb4690d1564c41c' }] }))
      }
    }
  })

  it('R16: are read to a value or to a fault with its place, in bounded time and memory', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(KINDS)),
        fc.constantFrom(...HEADERS),
        fc.array(change, { maxLength: 4 }),
        bytes,
        fc.oneof(fc.constant(0), fc.nat(60)),
        (kind, xml, changes, flips, cut) => {
          const header = headerOf(kind, changes.reduce(changed, xml), flips, cut)
          const before = held()
          const began = process.cpuUsage()
          const facts = readHeaderFacts(header)
          const whole = readAsfProtection({ container: 'asf', duration: 0, tracks: [], protection: [header] })
          if (E.isRight(facts)) for (const check of facts.right.checks) expect(keyMatchesHeader(check, KEY)).toBe(false)
          for (const fault of [...E.match(listed, none)(facts), ...E.match(listed, none)(whole)]) {
            expect(fault.type).toMatch(/^(Malformed|Unsupported)Media$/)
            expect(fault.at).toBeGreaterThanOrEqual(AT)
            expect(fault.at).toBeLessThanOrEqual(AT + OBJECT_FRAME + header.data.length)
          }
          const { user, system } = process.cpuUsage(began)
          expect((user + system) / 1000).toBeLessThan(QUICK)
          expect(held() - before).toBeLessThan(ROOM)
        }
      ),
      { numRuns: runs(200) }
    )
  })
})
