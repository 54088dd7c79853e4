import { keyIdFromText, RequiredVersion, type KeyId } from '@custody/core/identity'
import { contentEncryptionObject, extendedContentEncryptionObject } from '@custody/pipeline/asf'
import type { MediaDescription, ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

import { buildAsfProtection, readAsfProtection } from './asf-protection'

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

  it.each([['content-encryption'], ['extended-content-encryption'], ['content-encryption', 'extended-content-encryption']])(
    'LI-73: the acquisition URL is always there to be read, from %s',
    (...kinds) => {
      const { protection } = built(undefined, 'https://licenses.test/?a=1&b=<2>')
      const read = readAsfProtection(described(...protection.filter(({ kind }) => kinds.includes(kind))))
      expect(read).toEqual(E.right({ scheme: 'cocktail', keyId: KEY_ID, licenseUrl: 'https://licenses.test/?a=1&b=<2>' }))
    }
  )

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
      E.left({ type: 'MalformedMedia', at: 4711 })
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
})
