import { hash } from 'node:crypto'

/**
 * The 32-byte SHA-256 digest, in memory of its own. Text is hashed as UTF-8.
 *
 * @source FIPS 180-4
 */
export const sha256 = (data: Uint8Array | string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(hash('sha256', data, 'buffer'))
