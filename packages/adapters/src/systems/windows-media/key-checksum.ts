import { createCipheriv, createHash, type KeyObject } from 'node:crypto'

import { keyIdToGuidBytes, type KeyId } from '@custody/core/identity'
import { equalBytes } from '@custody/core/secret'

import { bytesOfWrmBase64 } from './wrm-base64'

/** The content ciphers that have a check value; AESCBC has none. */
export type ChecksumAlgorithm = 'AESCTR' | 'COCKTAIL'

/**
 * How the later rounds of the COCKTAIL checksum are read; the published text allows both, and neither is confirmed.
 * `digest20`: they hash the 20 bytes of the digest; `buffer21`: the 21-byte buffer again, whose last byte stays 0.
 *
 * @source docs/reference/content-ciphers.md §6
 */
export type CocktailReading = 'digest20' | 'buffer21'

const READINGS: ReadonlyArray<CocktailReading> = ['digest20', 'buffer21']
const AES_KEY = 16
const AES_CHECK = 8
const COCKTAIL_BUFFER = 21
const COCKTAIL_ROUNDS = 5
const COCKTAIL_CHECK = 7
const DIGEST = 20

/**
 * The first 8 bytes of the key ID, in GUID order, under the key. Undefined for a key that is no AES-128 key.
 *
 * @source docs/reference/content-ciphers.md §6
 */
export const aesChecksum = (key: KeyObject, keyId: KeyId): Uint8Array | undefined => {
  if (key.symmetricKeySize !== AES_KEY) return undefined
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return Uint8Array.from(cipher.update(keyIdToGuidBytes(keyId)).subarray(0, AES_CHECK))
}

/**
 * Five rounds of SHA-1 over the key in a buffer of 21 bytes; the first 7 bytes count. Undefined for a key that does not
 * fit into the buffer.
 *
 * @source docs/reference/content-ciphers.md §6
 */
export const cocktailChecksum = (key: KeyObject, reading: CocktailReading): Uint8Array | undefined => {
  if ((key.symmetricKeySize ?? Infinity) > COCKTAIL_BUFFER) return undefined
  const buffer = new Uint8Array(COCKTAIL_BUFFER)
  const bytes = key.export()
  buffer.set(bytes)
  bytes.fill(0)
  for (let round = 0; round < COCKTAIL_ROUNDS; round += 1) {
    const whole = round === 0 || reading === 'buffer21'
    const digest = createHash('sha1').update(whole ? buffer : buffer.subarray(0, DIGEST)).digest()
    buffer.fill(0)
    buffer.set(digest)
  }
  return buffer.slice(0, COCKTAIL_CHECK)
}

/** What a header says of the key that opens its content. */
export interface KeyCheck {
  readonly keyId: KeyId
  readonly algorithm: ChecksumAlgorithm
  /** Base64 as the header has it. */
  readonly checksum: string
}

/**
 * Whether a key is the one that the header's check value was made from, compared in constant time. Both readings of
 * COCKTAIL count unless one is chosen. False for a check value that is no base64 or has another length.
 */
export const keyMatchesHeader = (
  { keyId, algorithm, checksum }: KeyCheck,
  key: KeyObject,
  readings: ReadonlyArray<CocktailReading> = READINGS
): boolean => {
  const stated = bytesOfWrmBase64(checksum)
  const wanted = algorithm === 'AESCTR' ? [aesChecksum(key, keyId)] : readings.map((reading) => cocktailChecksum(key, reading))
  return stated !== undefined && wanted.some((check) => check !== undefined && equalBytes(check, stated))
}
