import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import { b64u } from '../encoding/b64u'
import { codecMismatch } from '../encoding/codec-mismatch'
import { utf8 } from '../encoding/utf8'
import type { LicenseFault } from '../fault/core-fault'
import type { IssuerId } from '../identity/issuer-id'
import { keyIdBytes, type KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { docDigest } from '../signed/doc-digest'
import { signDocument } from '../signed/sign-document'
import { acceptedLicense, MAX_LICENSE } from './accept-license'
import type { AcceptedLicense } from './accepted-license'
import type { Conditions } from './conditions'
import { checkConsistency } from './document-consistency'
import { DOCUMENT_VERSION, LICENSE_TYP, LicenseDocument } from './license-document'
import { licenseMalformed } from './license-malformed'
import { timestampFromMicros } from './timestamp'

/** Who signs licenses. */
export interface Issuer {
  /** Thumbprint of the key. */
  readonly id: IssuerId
  /** Private key on P-256. */
  readonly key: KeyObject
}

/** The place of a license in a chain of two (LI-56). */
export type ChainDraft =
  | { readonly role: 'root' }
  | {
      readonly role: 'leaf'
      /** Key ID of the root. */
      readonly uplink: KeyId
      /** The root as it was issued; nothing where it is not at hand. */
      readonly root: AcceptedLicense | undefined
      /** The leaf's key under the root's, from `wrapLeafKey`. */
      readonly key: string
    }

/** What one license is to say. */
export interface LicenseDraft {
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** Commitment to the content key. */
  readonly commit: string
  /** Time of issue, microseconds since 1970. */
  readonly now: number
  readonly conditions: Conditions
  readonly chain?: ChainDraft
}

type Chain = LicenseDocument['chain']

const chainOf = ({ keyId, chain }: LicenseDraft): E.Either<LicenseFault, Chain> => {
  if (chain?.role !== 'leaf') return E.right(chain)
  const { uplink, root, key } = chain
  if (root?.keyId !== uplink) return E.left({ type: 'UplinkMissing', keyId: uplink })
  const role = root.document.chain?.role
  if (role === 'leaf' || uplink === keyId) return E.left({ type: 'ChainTooLong', keyId: uplink })
  return role === 'root'
    ? E.right({ role: 'leaf', uplink: b64u(keyIdBytes(uplink)), key })
    : E.left(licenseMalformed('/chain/uplink', 'the key ID of a root', 'a license that is no root'))
}

const complete = (issuer: IssuerId, draft: LicenseDraft): E.Either<LicenseFault, unknown> => {
  const { lid, keyId, commit, now, conditions } = draft
  const chain = chainOf(draft)
  if (E.isLeft(chain)) return chain
  return E.right({
    persist: 'permanent',
    ...conditions,
    ...(chain.right && { chain: chain.right }),
    v: DOCUMENT_VERSION,
    lid,
    issuer,
    keyId: b64u(keyIdBytes(keyId)),
    issued: timestampFromMicros(now),
    commit,
  })
}

const decoded = (draft: unknown): E.Either<LicenseFault, LicenseDocument> =>
  pipe(
    LicenseDocument.decode(draft),
    E.mapLeft((errors) => {
      const { where, expected, found } = codecMismatch(errors)
      return licenseMalformed(where, expected, found)
    })
  )

/**
 * Signs a license of one's own. What comes out passes `acceptLicense` under the same key.
 *
 * @errors `LicenseMalformed` for conditions that contradict themselves or the limits, `LicenseTooLarge`; for a leaf
 * `UplinkMissing` without its root and `ChainTooLong` under one that is a leaf itself (LI-59).
 */
export const issueLicense = (issuer: Issuer, draft: LicenseDraft): E.Either<LicenseFault, AcceptedLicense> =>
  pipe(
    complete(issuer.id, draft),
    E.flatMap(decoded),
    E.flatMap((document) => checkConsistency(document, draft.now)),
    E.flatMap((document) => {
      const jws = signDocument(issuer.key, { typ: LICENSE_TYP, kid: issuer.id }, document)
      const bytes = utf8(jws).length
      return bytes > MAX_LICENSE
        ? E.left<LicenseFault>({ type: 'LicenseTooLarge', bytes, limit: MAX_LICENSE })
        : acceptedLicense(document, jws, docDigest(jws))
    })
  )
