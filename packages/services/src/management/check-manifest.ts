import type { KeyObject } from 'node:crypto'

import { BackupManifest, MANIFEST_TYP, MAX_MANIFEST } from '@custody/core/backup'
import { publicKeyOf } from '@custody/core/certificate'
import { acceptCredential } from '@custody/core/individualization'
import { timestampMicros } from '@custody/core/license'
import { signedText, thumbprint, verifyDocument } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import type { ManagementEnv } from './management-env'
import { refused, type Refused } from './refused'

/** A manifest whose signature holds, with the key of the computer that signed it. */
export interface CheckedManifest {
  readonly manifest: BackupManifest
  /** SHA-256 of the manifest's signing input, base64url. */
  readonly digest: string
  readonly signing: KeyObject
}

const Unproved = signedText(BackupManifest)

const damaged = (text: string): E.Either<Refused, never> => E.left(refused('BackupDamaged', text))
const foreign = (text: string): E.Either<Refused, never> => E.left(refused('ForeignBackup', text))

/** The key of the source, by its credential as it was when the backup was made: it may have expired since. */
const sourceKey = ({ authority }: ManagementEnv, manifest: BackupManifest): E.Either<Refused, KeyObject> => {
  const made = timestampMicros(manifest.created)
  const { credential, mid, epoch } = manifest.source
  const keyFor = (kid: string) => authority.publicKey('individualization-signing', kid)
  const accepted = acceptCredential({ authority: authority.name, keyFor, now: made }, credential)
  if (E.isLeft(accepted)) return damaged(`the credential of the source is not believed: ${accepted.left.type}`)
  if (accepted.right.mid !== mid || accepted.right.epoch !== epoch) return damaged('the credential is not the one of the source')
  const key = publicKeyOf(accepted.right.signing)
  return O.isSome(key) ? E.right(key.value) : damaged('the credential of the source has no key')
}

const isSealedForUs = ({ authority }: ManagementEnv, { keys }: BackupManifest): boolean =>
  keys.every(({ kid }) => authority.sealingKey(kid) !== undefined)

/**
 * Believes a manifest on the word of the computer that signed it, if this authority knows that computer and the set is for this
 * authority.
 *
 * @errors `ForeignBackup`, `BackupDamaged`.
 */
export const checkManifest = (env: ManagementEnv, jws: string): E.Either<Refused, CheckedManifest> => {
  if (jws.length > MAX_MANIFEST) return damaged('the manifest is too large')
  const unproved = Unproved.decode(jws)
  if (E.isLeft(unproved)) return damaged('no manifest of a known form')
  const { document, digest } = unproved.right
  if (document.authority !== env.authority.name) return foreign('this backup was made for another authority')
  const signing = sourceKey(env, document)
  if (E.isLeft(signing)) return signing
  const kid = thumbprint(signing.right)
  const expectation = {
    typ: MANIFEST_TYP,
    codec: BackupManifest,
    keyFor: (name: string) => (name === kid ? signing.right : undefined),
    limit: MAX_MANIFEST,
  }
  const verified = verifyDocument(expectation, jws)
  if (E.isLeft(verified)) return damaged(`the manifest is not believed: ${verified.left.type}`)
  const manifest = verified.right.payload
  if (!isSealedForUs(env, manifest)) return foreign('this backup is sealed to a key that this service has not')
  return E.right({ manifest, digest, signing: signing.right })
}
