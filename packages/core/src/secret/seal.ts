import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import type { TaskEither } from 'fp-ts/TaskEither'
import { CompactEncrypt, compactDecrypt } from 'jose'

import { decodeB64u } from '../encoding/b64u'
import { isExactHeader, type SealHeader } from './jwe-header'
import { sealBroken, type SealBroken } from './seal-broken'
import { secretFromBytes, secretKeyObject, wipeSecret, withSecretBytes, type Secret } from './secret'

const CONTENT_CIPHER = 'A256GCM'
const DIRECT = 'dir'
const AGREEMENT = 'ECDH-ES+A256KW'

const encrypt = async (plain: Secret, alg: string, key: KeyObject, header: SealHeader): Promise<string> => {
  // A copy that is ours to wipe: the secret's own bytes must not be lent beyond a synchronous call.
  const copy = withSecretBytes(plain, (bytes) => Uint8Array.from(bytes))
  try {
    return await new CompactEncrypt(copy)
      .setProtectedHeader({ alg, enc: CONTENT_CIPHER, ...header })
      .encrypt(key)
  } finally {
    copy.fill(0)
  }
}

const decrypt =
  (jwe: string, alg: string, key: KeyObject, header: SealHeader, added: ReadonlyArray<string>) =>
  async (): Promise<E.Either<SealBroken, Secret>> => {
    if (!hasOneSpelling(jwe)) return sealBroken
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(jwe, key, {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: [CONTENT_CIPHER],
      })
      const secret = secretFromBytes(plaintext)
      if (isExactHeader({ ...protectedHeader }, header, ['alg', 'enc', ...added])) return E.right(secret)
      wipeSecret(secret)
      return sealBroken
    } catch {
      return sealBroken
    }
  }

/** Node and jose take several texts for the same bytes; here no bit of a text is free. */
const hasOneSpelling = (jwe: string): boolean => jwe.split('.').every((part) => O.isSome(decodeB64u(part)))

/** Seals under a shared 32-byte key (`dir`, A256GCM); the header is readable and authenticated. @source RFC 7516, RFC 7518 */
export const seal = (key: Secret, header: SealHeader, plain: Secret): Promise<string> =>
  encrypt(plain, DIRECT, secretKeyObject(key), header)

/** Opens what {@link seal} made, under exactly this header. @errors `SealBroken` for everything else, without a cause. */
export const unseal = (key: Secret, header: SealHeader, jwe: string): TaskEither<SealBroken, Secret> =>
  decrypt(jwe, DIRECT, secretKeyObject(key), header, [])

/** Seals to the holder of a P-256 private key (`ECDH-ES+A256KW`, A256GCM). @source RFC 7518 section 4.6 */
export const sealTo = (recipient: KeyObject, header: SealHeader, plain: Secret): Promise<string> =>
  encrypt(plain, AGREEMENT, recipient, header)

/** Opens what {@link sealTo} made, under exactly this header. @errors `SealBroken` for everything else, without a cause. */
export const unsealWith = (own: KeyObject, header: SealHeader, jwe: string): TaskEither<SealBroken, Secret> =>
  decrypt(jwe, AGREEMENT, own, header, ['epk'])
