import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import {
  type KeyId,
  keyIdBytes,
  keyIdFromBytes,
  keyIdFromGuidBytes,
  keyIdFromText,
  keyIdToGuidBytes,
  keyIdToGuidText,
} from './key-id'

interface Case {
  readonly kid: string
  readonly kidGuidBytesLittleEndian: string
  readonly kidBase64InHeader: string
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, '../../../../test/vectors/playready-keyseed.json'), 'utf8')
) as { readonly cases: ReadonlyArray<Case> }

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const keyIds = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => hex(bytes) as KeyId)

describe('key ID', () => {
  it.each(vectors.cases)('$kid: every published spelling is the same key ID', (vector) => {
    const expected = E.right(vector.kid.replaceAll('-', ''))
    expect(keyIdFromText(vector.kid)).toEqual(expected)
    expect(keyIdFromText(vector.kid.toUpperCase())).toEqual(expected)
    expect(keyIdFromText(vector.kidBase64InHeader)).toEqual(expected)
    expect(keyIdFromText(vector.kid.replaceAll('-', ''))).toEqual(expected)
  })

  it.each(vectors.cases)('$kid: GUID order has little-endian fields', (vector) => {
    const keyId = vector.kid.replaceAll('-', '') as KeyId
    expect(hex(keyIdToGuidBytes(keyId))).toBe(vector.kidGuidBytesLittleEndian)
    expect(keyIdToGuidText(keyId)).toBe(vector.kid)
  })

  it('reads back what it writes, in both byte orders', () => {
    fc.assert(
      fc.property(keyIds, (keyId) => {
        expect(keyIdFromBytes(keyIdBytes(keyId))).toEqual(E.right(keyId))
        expect(keyIdFromGuidBytes(keyIdToGuidBytes(keyId))).toEqual(E.right(keyId))
        expect(keyIdFromText(Buffer.from(keyIdToGuidBytes(keyId)).toString('base64'))).toEqual(E.right(keyId))
        expect(keyIdFromText(keyIdToGuidText(keyId))).toEqual(E.right(keyId))
      })
    )
  })

  it.each([
    '',
    '0',
    '0102030405060708090aaabbccddeef',
    'g102030405060708090aaabbccddeeff',
    '0102-03040506-0708-090a-aabbccddeeff',
    'BAMCAQYFCAcJCqq7zN3u/x==',
    'BAMCAQYFCAcJCqq7zN3u_w==',
    'BAMCAQYFCAcJCqq7zN3u/w',
  ])('refuses %j', (text) => {
    expect(keyIdFromText(text)).toMatchObject({ _tag: 'Left', left: { type: 'BadInput', where: 'key ID' } })
  })

  it('refuses bytes of another length', () => {
    expect(E.isLeft(keyIdFromBytes(new Uint8Array(15)))).toBe(true)
    expect(E.isLeft(keyIdFromGuidBytes(new Uint8Array(17)))).toBe(true)
  })
})
