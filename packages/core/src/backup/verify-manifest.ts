import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import type { TrustDocument } from '../authority/trust-document'
import { publicKeyOf } from '../certificate/public-key-jwk'
import type { BackupFault } from '../fault/core-fault'
import { ISSUED_CREDENTIAL_TYP, IssuedCredential } from '../individualization/issued-credential'
import { signedForm } from '../signed/signed-form'
import { parseJson } from '../signed/signed-header'
import { thumbprint } from '../signed/thumbprint'
import { unprovedHeader } from '../signed/unproved-header'
import { verifyDocument } from '../signed/verify-document'
import { BACKUP_VERSION, BackupManifest, MANIFEST_TYP, MAX_MANIFEST } from './backup-manifest'
import { segmentName } from './set-files'

/** A manifest whose signature is that of the device in its credential. */
export interface VerifiedManifest {
  readonly manifest: BackupManifest
  readonly source: IssuedCredential
  /** Whether the credential was checked under a key of the authority; otherwise the service will. */
  readonly sourceProved: boolean
}

/** Why a manifest is not believed. */
export type ManifestRefusal =
  | Extract<BackupFault, { readonly type: 'BackupNewerVersion' }>
  | { readonly type: 'Damaged'; readonly why: string }

const damaged = (why: string): E.Either<ManifestRefusal, never> => E.left({ type: 'Damaged', why })

const unprovedPayload = (jws: string): unknown => {
  const form = signedForm(jws)
  const parsed = E.isRight(form) ? parseJson(form.right.payload) : form
  return E.isRight(parsed) ? parsed.right : undefined
}

/** A member of an unproved payload. */
const memberOf = (payload: unknown, name: string): unknown =>
  typeof payload === 'object' && payload !== null ? (payload as Readonly<Record<string, unknown>>)[name] : undefined

const provedCredential = (jws: string, trust: TrustDocument | undefined): E.Either<ManifestRefusal, boolean> => {
  const header = unprovedHeader(jws)
  // Also keys of the past: a backup outlasts the credential that it was made under.
  const keys = (trust?.keys ?? []).flatMap(({ use, key: jwk }) => {
    const key = use === 'individualization-signing' ? publicKeyOf(jwk) : O.none
    return O.isSome(key) ? [key.value] : []
  })
  const key = O.isSome(header) ? keys.find((one) => thumbprint(one) === header.value.kid) : undefined
  if (key === undefined) return E.right(false)
  const verified = verifyDocument({ typ: ISSUED_CREDENTIAL_TYP, codec: IssuedCredential, keyFor: () => key }, jws)
  return E.isRight(verified) ? E.right(true) : damaged(`credential: ${verified.left.type}`)
}

const isConsistent = ({ segments, licenses, source, authority }: BackupManifest, credential: IssuedCredential): boolean =>
  credential.mid === source.mid &&
  credential.epoch === source.epoch &&
  credential.authority === authority &&
  segments.every(({ name }, index) => name === segmentName(index + 1)) &&
  segments.reduce((lines, segment) => lines + segment.lines, 0) === licenses

/**
 * Believes a manifest or says why not: version, source, signature by the source's device, and that it does not contradict
 * itself. The names of its files are those that a set has, so that none leads elsewhere.
 *
 * @param trust of the home, to check the source's credential with where the set is of the same authority.
 */
export const verifyManifest = (jws: string, trust?: TrustDocument): E.Either<ManifestRefusal, VerifiedManifest> => {
  const payload = unprovedPayload(jws)
  const version = memberOf(payload, 'v')
  if (typeof version === 'number' && version > BACKUP_VERSION) {
    return E.left({ type: 'BackupNewerVersion', found: version, known: BACKUP_VERSION })
  }
  const credentialJws = memberOf(memberOf(payload, 'source'), 'credential')
  const credential = typeof credentialJws === 'string' ? unprovedPayload(credentialJws) : undefined
  if (typeof credentialJws !== 'string' || !IssuedCredential.is(credential)) return damaged('no credential of its source')
  const key = publicKeyOf(credential.signing)
  const keyFor = (kid: string) => (O.isSome(key) && thumbprint(key.value) === kid ? key.value : undefined)
  const verified = verifyDocument({ typ: MANIFEST_TYP, codec: BackupManifest, keyFor, limit: MAX_MANIFEST }, jws)
  if (E.isLeft(verified)) return damaged(verified.left.type)
  const manifest = verified.right.payload
  if (!isConsistent(manifest, credential)) return damaged('contradicts itself')
  const proved = provedCredential(credentialJws, trust?.authority === manifest.authority ? trust : undefined)
  return E.isLeft(proved) ? proved : E.right({ manifest, source: credential, sourceProved: proved.right })
}
