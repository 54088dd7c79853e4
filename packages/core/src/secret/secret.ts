import { createSecretKey, type KeyObject } from 'node:crypto'

import { equalBytes } from './equal-bytes'

/** Nominal: only this file makes one. */
declare class OpaqueSecret {
  #nominal
  private constructor()
}

/**
 * Stands for secret bytes without showing them: an empty, frozen handle that prints, serializes and clones as nothing.
 * The bytes stay in this module, in an allocation of their own.
 */
export type Secret = OpaqueSecret

const bytesOf = new WeakMap<object, Uint8Array<ArrayBuffer>>()

/** Takes bytes over: they are copied into an allocation of their own, and the source is filled with zeros. */
export const secretFromBytes = (source: Uint8Array): Secret => {
  // With a buffer of its own: the engine keeps small arrays without one among its objects, and leaves copies where it moves them.
  const own = new Uint8Array(new ArrayBuffer(source.length))
  own.set(source)
  source.fill(0)
  const handle = Object.freeze(Object.create(null)) as Secret
  bytesOf.set(handle, own)
  return handle
}

const opened = (secret: Secret): Uint8Array<ArrayBuffer> => {
  const bytes = bytesOf.get(secret)
  if (bytes === undefined) throw new TypeError('this secret was wiped, or is none of this copy of the library')
  return bytes
}

/**
 * Lends the bytes to one synchronous function of core; it must not keep, change or return them.
 * Not exported from the package.
 */
export const withSecretBytes = <A>(secret: Secret, use: (bytes: Uint8Array<ArrayBuffer>) => A): A =>
  use(opened(secret))

/** A second one with the same bytes, to be wiped apart from the first. */
export const copySecret = (secret: Secret): Secret => secretFromBytes(Uint8Array.from(opened(secret)))

/** Number of bytes. */
export const secretLength = (secret: Secret): number => opened(secret).length

/** Fills the bytes with zeros and forgets them; a second call does nothing. */
export const wipeSecret = (secret: Secret): void => {
  bytesOf.get(secret)?.fill(0)
  bytesOf.delete(secret)
}

/** Compares in a time that does not depend on the bytes. Lengths are no secret. */
export const secretEquals = (left: Secret, right: Secret): boolean => equalBytes(opened(left), opened(right))

/** The same bytes as a key for `node:crypto`; the secret itself stays as it was. */
export const secretKeyObject = (secret: Secret): KeyObject => createSecretKey(opened(secret))
