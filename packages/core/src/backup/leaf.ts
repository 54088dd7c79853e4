import { sha256 } from '../encoding/sha256'
import { tuple } from '../encoding/tuple'

/** Bytes of one entry of `leaves.bin`. */
export const LEAF_BYTES = 32

/**
 * The leaf of one line of a backup set, by which a damaged line is named: SHA-256 over its number, as decimal text, and its bytes.
 *
 * @param line without its line feed; text stands for its UTF-8.
 * @source docs/reference/protocols.md, section 3
 */
export const leafOf = (n: number, line: Uint8Array | string): Uint8Array<ArrayBuffer> =>
  sha256(tuple('custody/leaf/1', String(n), line))
