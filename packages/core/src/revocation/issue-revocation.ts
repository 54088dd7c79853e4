import type { KeyObject } from 'node:crypto'

import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { REVOCATION_INFORMATION_TYP, RevocationInformation } from './revocation-information'
import { REVOCATION_LIST_TYP, RevocationList } from './revocation-list'

/**
 * Signs a revocation list. Throws for a list that is against its limits.
 *
 * @param signer private key on P-256 of the root or of a list key.
 */
export const issueRevocationList = (signer: KeyObject, list: Omit<RevocationList, 'v'>): string => {
  const document: unknown = { ...list, v: 1 }
  if (!RevocationList.is(document)) throw new TypeError('this is no revocation list')
  return signDocument(signer, { typ: REVOCATION_LIST_TYP, kid: thumbprint(signer) }, RevocationList.encode(document))
}

/** Signs revocation information, as {@link issueRevocationList} does a list. */
export const issueRevocationInformation = (signer: KeyObject, information: Omit<RevocationInformation, 'v'>): string => {
  const document: unknown = { ...information, v: 1 }
  if (!RevocationInformation.is(document)) throw new TypeError('this is no revocation information')
  const header = { typ: REVOCATION_INFORMATION_TYP, kid: thumbprint(signer) }
  return signDocument(signer, header, RevocationInformation.encode(document))
}
