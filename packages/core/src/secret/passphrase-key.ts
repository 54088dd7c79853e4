import { scrypt } from 'node:crypto'

import { secretFromBytes, withSecretBytes, type Secret } from './secret'

/** Bytes of a salt for a passphrase. */
export const PASSPHRASE_SALT_LENGTH = 16

/** Takes 128 MiB and 0.4 s. The system's own limit of memory lies below. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const
const KEY_LENGTH = 32

/**
 * The 32-byte key of a passphrase: scrypt with N = 2^17, r = 8, p = 1. The caller wipes it.
 *
 * @param passphrase UTF-8, as it was typed.
 * @param salt {@link PASSPHRASE_SALT_LENGTH} random bytes, no secret.
 * @source RFC 7914; docs/reference/protocols.md, sections 1 and 4.8
 */
export const passphraseKey = (passphrase: Secret, salt: Uint8Array): Promise<Secret> => {
  // A copy that is ours to wipe: the secret's own bytes must not be lent beyond a synchronous call.
  const copy = withSecretBytes(passphrase, (bytes) => Uint8Array.from(bytes))
  return new Promise<Secret>((resolve, reject) => {
    scrypt(copy, salt, KEY_LENGTH, COST, (error, key) => {
      copy.fill(0)
      if (error === null) resolve(secretFromBytes(key))
      else reject(error)
    })
  })
}
