import { keyIdFromText, RequiredVersion, type KeyId } from '@custody/core/identity'
import {
  contentEncryptionObject,
  extendedContentEncryptionObject,
  protectionSystemIdentifierObject,
} from '@custody/pipeline/asf'
import type { MediaDescription, ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

import { buildAsfProtection, readAsfProtection } from './asf-protection'
import { buildPlayReadyObject } from './playready-object'

/** The key ID of the published PlayReady key-seed example, in text order. */
const KEY_ID = '6f651ae1dbe44434bcb4690d1564c41c'
/** The same 16 bytes in GUID order, base64: what a WRMHEADER holds. */
const KEY_ID_BASE64 = '4Rplb+TbNES8tGkNFWTEHA=='

const OBJECT_HEADER = 24

const keyId = (text: string): KeyId => {
  const read = keyIdFromText(text)
  if (E.isLeft(read)) throw new Error(read.left.expected)
  return read.right
}

const header = (kind: string, object: Uint8Array, at: number): ProtectionHeader => ({
  kind,
  at,
  data: object.subarray(OBJECT_HEADER),
})

const described = (...protection: ReadonlyArray<ProtectionHeader>): MediaDescription => ({
  container: 'asf',
  duration: 0,
  tracks: [],
  protection,
})

const built = (securityVersion?: string, licenseUrl = ''): MediaDescription => {
  const version = RequiredVersion.is(securityVersion) ? { securityVersion } : {}
  const objects = buildAsfProtection({ scheme: 'mce', keyId: keyId(KEY_ID), licenseUrl, streams: [1, 2], ...version })
  const [classic, extended] = objects.protectionObjects
  const [advanced] = objects.extensionObjects
  if (classic === undefined || extended === undefined || advanced === undefined) throw new Error('three objects')
  return described(
    header('content-encryption', classic, 100),
    header('extended-content-encryption', extended, 200),
    header('advanced-content-encryption', advanced, 300)
  )
}

describe('protection headers of ASF', () => {
  it('LI-55: the key ID stands in clear in the header, base64 of its bytes in GUID order', () => {
    const [classic] = built().protection
    expect(Buffer.from(classic?.data ?? []).toString('latin1')).toContain(`${KEY_ID_BASE64}\0`)
  })

  it.each([
    ['cocktail', ['content-encryption']],
    // Its WRMHEADER names the cipher as well.
    ['mce', ['extended-content-encryption']],
    ['mce', ['content-encryption', 'extended-content-encryption']],
  ])('LI-73: the acquisition URL is always there to be read: %s, from %j', (scheme, kinds) => {
    const { protection } = built(undefined, 'https://licenses.test/?a=1&b=<2>')
    const read = readAsfProtection(described(...protection.filter(({ kind }) => kinds.includes(kind))))
    expect(read).toEqual(E.right({ scheme, keyId: KEY_ID, licenseUrl: 'https://licenses.test/?a=1&b=<2>' }))
  })

  it('reads back what it writes', () => {
    expect(readAsfProtection(built())).toEqual(E.right({ scheme: 'mce', keyId: KEY_ID, licenseUrl: '' }))
  })

  it('IN-4: the version that the content asks for travels in the header; absent means none', () => {
    expect(readAsfProtection(built('2.2'))).toEqual(
      E.right({ scheme: 'mce', keyId: KEY_ID, licenseUrl: '', securityVersion: '2.2' })
    )
  })

  it('takes a file with classic headers alone for one under the classic cipher', () => {
    const object = contentEncryptionObject({
      secretData: new Uint8Array(),
      protectionType: 'DRM',
      keyId: KEY_ID_BASE64,
      licenseUrl: 'https://example.test/',
    })
    expect(readAsfProtection(described(header('content-encryption', object, 0)))).toEqual(
      E.right({ scheme: 'cocktail', keyId: KEY_ID, licenseUrl: 'https://example.test/' })
    )
  })

  it('says nothing of a file without protection headers', () => {
    expect(readAsfProtection(described())).toEqual(E.right(undefined))
  })

  it('names the header that cannot be read, by its offset', () => {
    const object = extendedContentEncryptionObject(new Uint8Array(Buffer.from('<x/>', 'utf16le')))
    expect(readAsfProtection(described(header('extended-content-encryption', object, 4711)))).toMatchObject(
      // Behind the frame of the object, the length of its data and the eight bytes of the element.
      E.left({ type: 'MalformedMedia', at: 4711 + 24 + 4 + 8 })
    )
  })

  it('fails on a higher version of AES in counter mode than it knows', () => {
    const media = built()
    const protection = media.protection.map((each) => {
      if (each.kind !== 'advanced-content-encryption') return each
      const data = Uint8Array.from(each.data)
      // Record count, system id, then the version.
      data[18] = 2
      return { ...each, data }
    })
    expect(readAsfProtection({ ...media, protection })).toMatchObject(E.left({ type: 'UnsupportedMedia', at: 300 }))
  })

  /** The check value of the second published pair of key ID and key. @source docs/reference/content-ciphers.md §6 */
  const CHECKSUM = 'KLj3QzQP/NA='

  it('content-ciphers §6: a check value stands in every header that has room for it, and comes back', () => {
    const objects = buildAsfProtection({
      scheme: 'mce',
      keyId: keyId(KEY_ID),
      licenseUrl: 'https://x.test/',
      streams: [1],
      checksum: CHECKSUM,
      playReady: true,
    })
    const [, extended, identifier] = objects.protectionObjects
    if (extended === undefined || identifier === undefined) throw new Error('three objects')
    const check = { keyId: KEY_ID, algorithm: 'AESCTR', checksum: CHECKSUM }
    for (const each of [
      header('extended-content-encryption', extended, 1),
      header('protection-system-identifier', identifier, 2),
    ]) {
      expect(readAsfProtection(described(each))).toEqual(
        E.right({ scheme: 'mce', keyId: KEY_ID, licenseUrl: 'https://x.test/', check })
      )
    }
    const text = Buffer.from(identifier).toString('utf16le', OBJECT_HEADER + 16 + 6 + 4)
    expect(text).toBe(
      '<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="4.0.0.0"><DATA><PROTECTINFO>' +
        `<KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID></PROTECTINFO><KID>${KEY_ID_BASE64}</KID><CHECKSUM>${CHECKSUM}</CHECKSUM>` +
        '<LA_URL>https://x.test/</LA_URL></DATA></WRMHEADER>'
    )
    // Disk order of F4637010-03C3-42CD-B932-B48ADF3A6A54 (asf.md §1.4), then the length of the PlayReady Object.
    const front = Buffer.from(identifier.subarray(OBJECT_HEADER, OBJECT_HEADER + 20)).toString('hex')
    expect(front.slice(0, 32)).toBe('107063f4c303cd42b932b48adf3a6a54')
    expect(Buffer.from(front.slice(32), 'hex').readUInt32LE()).toBe(identifier.length - OBJECT_HEADER - 16)
  })

  it('marks the classic cipher by its classic headers alone', () => {
    const { protectionObjects, extensionObjects } = buildAsfProtection({
      scheme: 'cocktail',
      keyId: keyId(KEY_ID),
      licenseUrl: '',
      streams: [1],
      checksum: '17zOhbxRaQ==',
    })
    expect(extensionObjects).toEqual([])
    const [classic, extended] = protectionObjects
    if (classic === undefined || extended === undefined) throw new Error('two objects')
    const read = readAsfProtection(
      described(header('content-encryption', classic, 0), header('extended-content-encryption', extended, 9))
    )
    const check = { keyId: KEY_ID, algorithm: 'COCKTAIL', checksum: '17zOhbxRaQ==' }
    expect(read).toEqual(E.right({ scheme: 'cocktail', keyId: KEY_ID, licenseUrl: '', check }))
  })

  const playReady = (xml: string): ProtectionHeader => {
    const value = new Uint8Array(Buffer.from(xml, 'utf16le'))
    const data = buildPlayReadyObject([{ type: 1, value }])
    const object = protectionSystemIdentifierObject({ systemId: 'F4637010-03C3-42CD-B932-B48ADF3A6A54', data })
    return header('protection-system-identifier', object, 50)
  }
  const NAMESPACE = 'xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader"'
  const oneKey = (algorithm: string): string =>
    `<WRMHEADER ${NAMESPACE} version="4.3.0.0"><DATA><PROTECTINFO><KIDS><KID ALGID="${algorithm}" VALUE="${KEY_ID_BASE64}"></KID>` +
    '</KIDS></PROTECTINFO></DATA></WRMHEADER>'

  it.each([
    ['AESCTR', 'mce'],
    ['COCKTAIL', 'cocktail'],
  ])('third-party-systems §3: PlayReady names %s', (algorithm, scheme) => {
    expect(readAsfProtection(described(playReady(oneKey(algorithm))))).toMatchObject(E.right({ scheme, keyId: KEY_ID }))
  })

  it.each([
    ['AESCBC, which has no place in ASF', oneKey('AESCBC')],
    ['a version of PlayReady that is not known', `<WRMHEADER ${NAMESPACE} version="4.9.0.0"><DATA></DATA></WRMHEADER>`],
    ['a PlayReady header without a key ID', `<WRMHEADER ${NAMESPACE} version="4.2.0.0"><DATA></DATA></WRMHEADER>`],
  ])('says that %s is unsupported', (_, xml) => {
    expect(readAsfProtection(described(playReady(xml)))).toMatchObject(E.left({ type: 'UnsupportedMedia' }))
  })

  it('says where a PlayReady Object is damaged', () => {
    const good = playReady(oneKey('AESCTR'))
    const short = { ...good, data: good.data.subarray(0, good.data.length - 1) }
    expect(readAsfProtection(described(short))).toMatchObject(E.left({ type: 'MalformedMedia', at: 50 + 24 + 16 }))
    expect(readAsfProtection(described({ ...good, data: good.data.subarray(0, 15) }))).toMatchObject(E.left({ at: 50 + 24 }))
  })
})
