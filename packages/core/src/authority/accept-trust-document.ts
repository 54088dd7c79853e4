import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'

import type { AuthorityFault } from '../fault/core-fault'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'
import { AUTHORITY_TYP, MAX_TRUST_DOCUMENT, TrustDocument } from './trust-document'

/**
 * Believes a trust document on the word of a root, or says why not.
 *
 * @param root the pinned root: public key on P-256.
 * @errors `AuthorityOther` for one that another root signed, `TrustDocumentInvalid`.
 */
export const acceptTrustDocument = (root: KeyObject, jws: string): E.Either<AuthorityFault, TrustDocument> => {
  const authority = thumbprint(root)
  const verified = verifyDocument(
    {
      typ: AUTHORITY_TYP,
      codec: TrustDocument,
      keyFor: (kid) => (kid === authority ? root : undefined),
      limit: MAX_TRUST_DOCUMENT,
    },
    jws
  )
  if (E.isLeft(verified)) {
    return verified.left.type === 'SignedKeyUnknown'
      ? E.left({ type: 'AuthorityOther', pinned: authority, found: verified.left.kid })
      : E.left({ type: 'TrustDocumentInvalid', why: verified.left.type })
  }
  return verified.right.payload.authority === authority
    ? E.right(verified.right.payload)
    : E.left({ type: 'AuthorityOther', pinned: authority, found: verified.right.payload.authority })
}
