import { hex } from '../encoding/hex'
import { sha256 } from '../encoding/sha256'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'

/**
 * What is kept beside a value of the table `state`, 64 lower-case hex digits, so that a changed value, key or space is found:
 * SHA-256 over the label, a zero byte, and each of space, key and value behind its length (4 bytes, big-endian).
 *
 * @source docs/reference/log.md, "Digests of rows"
 */
export const stateDigest = (space: string, key: string, value: Uint8Array): string =>
  hex(sha256(tuple('custody/state/1', utf8(space), utf8(key), value)))

/** The same for a row of the table `idempotency`; the positions as decimal text. */
export const idempotencyDigest = (stream: string, key: string, first: number, last: number): string =>
  hex(sha256(tuple('custody/idempotency/1', utf8(stream), utf8(key), utf8(String(first)), utf8(String(last)))))
