import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { hex } from '../encoding/hex'
import { badInput, type BadInput } from './bad-input'
import { GUID_LENGTH, swapGuidBytes } from './guid-bytes'

export interface KeyIdBrand {
  readonly KeyId: unique symbol
}

const HEX = /^[0-9a-f]{32}$/
const HEX_INPUT = /^[0-9A-Fa-f]{32}$/
const HYPHENED = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/
const BASE64 = /^[A-Za-z0-9+/]{22}==$/

/**
 * Names a content key, as the header of its protected content does.
 * Canonical form: 32 lower-case hex digits in the byte order of `default_KID`; other spellings are converted at the edge.
 *
 * @source Windows Media Format 11 SDK, "DRM_DRMHeader_KeyID"; ISO/IEC 23001-7, `default_KID`
 */
export const KeyId = t.brand(
  t.string,
  (text): text is t.Branded<string, KeyIdBrand> => HEX.test(text),
  'KeyId'
)
export type KeyId = t.TypeOf<typeof KeyId>

/** The 16 bytes in text order, as `tenc`, `pssh`, CPIX and Clear Key write them. */
export const keyIdBytes = (keyId: KeyId): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(GUID_LENGTH)
  Buffer.from(bytes.buffer).write(keyId, 'hex')
  return bytes
}

/** The 16 bytes in GUID order (three little-endian fields), as WRMHEADER and the key-seed derivation take them. */
export const keyIdToGuidBytes = (keyId: KeyId): Uint8Array<ArrayBuffer> => swapGuidBytes(keyIdBytes(keyId))

/** Reads 16 bytes in text order. @errors `BadInput` when there are not 16. */
export const keyIdFromBytes = (bytes: Uint8Array): E.Either<BadInput, KeyId> => {
  const text = hex(bytes)
  return KeyId.is(text) ? E.right(text) : E.left(badInput('key ID', '16 bytes', `${bytes.length} bytes`))
}

/** Reads 16 bytes in GUID order. @errors `BadInput` when there are not 16. */
export const keyIdFromGuidBytes = (bytes: Uint8Array): E.Either<BadInput, KeyId> =>
  bytes.length === GUID_LENGTH ? keyIdFromBytes(swapGuidBytes(bytes)) : keyIdFromBytes(bytes)

/**
 * Reads a key ID as people and headers spell it: 32 hex digits, GUID text with hyphens (both in text order),
 * or padded base64 of the bytes in GUID order as in WRMHEADER.
 *
 * @errors `BadInput` for anything else, base64 with bits set beyond the last byte included.
 */
export const keyIdFromText = (text: string): E.Either<BadInput, KeyId> => {
  const hex = (HYPHENED.test(text) ? text.replaceAll('-', '') : text).toLowerCase()
  if (HEX_INPUT.test(hex) && KeyId.is(hex)) return E.right(hex)
  if (BASE64.test(text)) {
    const bytes = Buffer.from(text, 'base64')
    if (bytes.toString('base64') === text) return keyIdFromGuidBytes(bytes)
  }
  return E.left(badInput('key ID', '32 hex digits, a GUID or base64 of 16 bytes', JSON.stringify(text)))
}

/** GUID text with hyphens, in lower case, as manifests write it. */
export const keyIdToGuidText = (keyId: KeyId): string =>
  [keyId.slice(0, 8), keyId.slice(8, 12), keyId.slice(12, 16), keyId.slice(16, 20), keyId.slice(20)].join('-')
