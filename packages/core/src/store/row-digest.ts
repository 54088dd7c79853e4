import { hash } from 'node:crypto'

import { tuple } from '../encoding/tuple'

/**
 * What is kept beside a value of the table `state`, 64 lower-case hex digits, so that a changed value, key or space is found:
 * SHA-256 over the label, a zero byte, and each of space, key and value behind its length (4 bytes, big-endian).
 *
 * @source docs/reference/log.md, "Digests of rows"
 */
export const stateDigest = (space: string, key: string, value: Uint8Array): string =>
  hash('sha256', tuple('custody/state/1', space, key, value), 'hex')

/** The same for a row of the table `idempotency`; the positions as decimal text. */
export const idempotencyDigest = (stream: string, key: string, first: number, last: number): string =>
  hash('sha256', tuple('custody/idempotency/1', stream, key, String(first), String(last)), 'hex')
