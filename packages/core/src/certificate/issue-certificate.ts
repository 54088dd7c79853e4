import type { KeyObject } from 'node:crypto'

import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { CERTIFICATE_TYP, CERTIFICATE_VERSION, CertificateDocument } from './certificate-document'
import { publicJwk } from './public-key-jwk'

/** What a certificate is to say. */
export type CertificateDraft = Omit<CertificateDocument, 'v' | 'issuer' | 'key'> & {
  /** The subject's key on P-256, of which the public half is certified. */
  readonly key: KeyObject
}

/**
 * Certifies a key. The result verifies in a chain where the signer's certificate comes next, or the signer is the root.
 * Throws for a draft that no certificate can say.
 *
 * @param signer private key on P-256.
 */
export const issueCertificate = (signer: KeyObject, { key, ...draft }: CertificateDraft): string => {
  const issuer = thumbprint(signer)
  const document: unknown = { ...draft, v: CERTIFICATE_VERSION, key: publicJwk(key), issuer }
  if (!CertificateDocument.is(document)) throw new TypeError('this draft is no certificate')
  return signDocument(signer, { typ: CERTIFICATE_TYP, kid: issuer }, document)
}
