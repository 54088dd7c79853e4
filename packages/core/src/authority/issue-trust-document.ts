import type { KeyObject } from 'node:crypto'

import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { AUTHORITY_TYP, TrustDocument } from './trust-document'

/** What a trust document is to say. */
export type TrustDraft = Omit<TrustDocument, 'v' | 'authority'>

/** Signs a trust document with the authority's root. Throws for a draft that no trust document can say. */
export const issueTrustDocument = (root: KeyObject, draft: TrustDraft): string => {
  const authority = thumbprint(root)
  const document: unknown = { ...draft, v: 1, authority }
  if (!TrustDocument.is(document)) throw new TypeError('this draft is no trust document')
  return signDocument(root, { typ: AUTHORITY_TYP, kid: authority }, document)
}
