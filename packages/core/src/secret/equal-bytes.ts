import { timingSafeEqual } from 'node:crypto'

/**
 * Compares in a time that does not depend on the bytes: for check values, commitments and whatever else bears a secret
 * without being one. Lengths are no secret.
 */
export const equalBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right)
