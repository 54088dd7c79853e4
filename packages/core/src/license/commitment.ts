import * as O from 'fp-ts/Option'

import { b64u, decodeB64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { keyIdBytes, type KeyId } from '../identity/key-id'
import { equalBytes } from '../secret/equal-bytes'
import { authenticate } from '../secret/key-derivation'
import { withSecretBytes, type Secret } from '../secret/secret'

const LABEL = 'custody/commit/1'
/** Random bytes that keep the commitment from being a test for guessed keys. */
export const BLIND_LENGTH = 16

/** Ties a document to its content key without telling anything about it: HMAC-SHA-256 under the blind, base64url. */
export const commitTo = (keyId: KeyId, key: Secret, blind: Secret): string => b64u(commitmentBytes(keyId, key, blind))

const commitmentBytes = (keyId: KeyId, key: Secret, blind: Secret): Uint8Array =>
  withSecretBytes(key, (bytes) => {
    const message = tuple(LABEL, keyIdBytes(keyId), bytes)
    try {
      return authenticate(blind, message)
    } finally {
      message.fill(0)
    }
  })

/** Whether a commitment is that of this key under this blind. */
export const keepsCommitment = (commit: string, keyId: KeyId, key: Secret, blind: Secret): boolean => {
  const stated = decodeB64u(commit)
  return O.isSome(stated) && equalBytes(stated.value, commitmentBytes(keyId, key, blind))
}
