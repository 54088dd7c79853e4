import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One of the files of vectors. */
export const vectors = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../../../../../test/vectors', name), 'utf8'))

/** Bytes of hex digits. */
export const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Hex digits of bytes. */
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
