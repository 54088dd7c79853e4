import { scrypt } from 'node:crypto'

import { tuple } from '../encoding/tuple'
import { expandKey } from '../secret/key-derivation'
import { secretFromBytes, wipeSecret, withSecretBytes, type Secret } from '../secret/secret'

/** Bytes of a guard's salt. */
export const GUARD_SALT_LENGTH = 16

/** Takes 128 MiB and 0.4 s here. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const
const KEY_LENGTH = 32
const PURPOSE = 'custody/guard/1'

const stretched = (passphrase: Secret, salt: Uint8Array): Promise<Secret> => {
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

/**
 * The 32-byte key of a guarded backup: who restores it types the passphrase. The caller wipes it.
 *
 * @param passphrase UTF-8, as it was typed.
 * @param salt {@link GUARD_SALT_LENGTH} bytes, from the manifest.
 * @source RFC 7914; docs/reference/protocols.md, section 3
 */
export const guardKey = async (passphrase: Secret, salt: Uint8Array): Promise<Secret> => {
  const strong = await stretched(passphrase, salt)
  try {
    return expandKey(strong, tuple(PURPOSE))
  } finally {
    wipeSecret(strong)
  }
}
