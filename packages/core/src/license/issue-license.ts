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
import { checkConsistency } from './document-consistency'
import { DOCUMENT_VERSION, LICENSE_TYP, LicenseDocument } from './license-document'
import { licenseMalformed } from './license-malformed'
import type { Conditions } from './rights-file'
import { timestampFromMicros } from './timestamp'

/** Who signs licenses. */
export interface Issuer {
  /** Thumbprint of the key. */
  readonly id: IssuerId
  /** Private key on P-256. */
  readonly key: KeyObject
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
}

const complete = (issuer: IssuerId, { lid, keyId, commit, now, conditions }: LicenseDraft): unknown => ({
  v: DOCUMENT_VERSION,
  lid,
  issuer,
  keyId: b64u(keyIdBytes(keyId)),
  issued: timestampFromMicros(now),
  commit,
  persist: 'permanent',
  ...conditions,
})

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
 * @errors `LicenseMalformed` for conditions that contradict themselves or the limits, `LicenseTooLarge`.
 */
export const issueLicense = (issuer: Issuer, draft: LicenseDraft): E.Either<LicenseFault, AcceptedLicense> =>
  pipe(
    decoded(complete(issuer.id, draft)),
    E.flatMap((document) => checkConsistency(document, draft.now)),
    E.flatMap((document) => {
      const jws = signDocument(issuer.key, { typ: LICENSE_TYP, kid: issuer.id }, document)
      const bytes = utf8(jws).length
      return bytes > MAX_LICENSE
        ? E.left<LicenseFault>({ type: 'LicenseTooLarge', bytes, limit: MAX_LICENSE })
        : acceptedLicense(document, jws, docDigest(jws))
    })
  )
