import { tuple } from '../encoding/tuple'
import { expandKey } from '../secret/key-derivation'
import { passphraseKey } from '../secret/passphrase-key'
import { wipeSecret, type Secret } from '../secret/secret'

/** Bytes of a guard's salt. */
export const GUARD_SALT_LENGTH = 16

const PURPOSE = 'custody/guard/1'

/**
 * The 32-byte key of a guarded backup: who restores it types the passphrase. The caller wipes it.
 *
 * @param passphrase UTF-8, as it was typed.
 * @param salt {@link GUARD_SALT_LENGTH} bytes, from the manifest.
 * @source RFC 7914; docs/reference/protocols.md, section 3
 */
export const guardKey = async (passphrase: Secret, salt: Uint8Array): Promise<Secret> => {
  const strong = await passphraseKey(passphrase, salt)
  try {
    return expandKey(strong, tuple(PURPOSE))
  } finally {
    wipeSecret(strong)
  }
}
