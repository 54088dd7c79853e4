import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'

import type { CertificateFault } from '../fault/core-fault'
import { IssuerId } from '../identity/issuer-id'
import { timestampFromMicros, timestampMicros } from '../license/timestamp'
import { isOnP256 } from '../signed/p256'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'
import { CERTIFICATE_TYP, CertificateDocument, type CertificateUse } from './certificate-document'
import { certificateFault, certificateInvalid } from './certificate-invalid'
import type { CheckedCertificate, CheckedChain } from './checked-certificate'
import { publicKeyOf } from './public-key-jwk'
import { wrapKeyOf } from './wrap-key'

/** What a chain is held against. */
export interface ChainExpectation {
  /** The authority's public key; without one nothing is believed. */
  readonly root: KeyObject | undefined
  /** What the subject's key is wanted for. */
  readonly use: CertificateUse
  /** Trusted time, microseconds since 1970. */
  readonly now: number
  /** Least level of the subject; any where it is not given. */
  readonly level?: number
}

/** Most certificates of a chain, the root being none. @source docs/reference/protocols.md, section 1 */
export const MAX_CHAIN = 3
const MAX_CERTIFICATE = 32 * 1024

type Checked = E.Either<CertificateFault, CheckedCertificate>

const checkedDocument = (place: number, document: CertificateDocument): Checked => {
  const { key: jwk, serial, use, subject, level, issuer, systems } = document
  const key = publicKeyOf(jwk)
  if (O.isNone(key)) return certificateInvalid(`/${place}/key`, 'no point on the curve')
  const name = thumbprint(key.value)
  if (!IssuerId.is(name)) return certificateInvalid(`/${place}/key`, 'no thumbprint')
  const wrapKey = document.wrapKey && wrapKeyOf(document.wrapKey)
  if (wrapKey !== undefined && O.isNone(wrapKey)) return certificateInvalid(`/${place}/wrapKey`, 'no RSA key of 2048 bits or more')
  const [from, until] = [timestampMicros(document.from), timestampMicros(document.until)]
  const certified = { serial, use, subject, level, key: key.value, thumbprint: name, issuer, from, until, systems }
  return E.right({ ...certified, ...(wrapKey && { wrapKey: wrapKey.value }) })
}

/** Believes one certificate on the word of the key above it. */
const checkSignature = (jws: string, place: number, signer: KeyObject): Checked => {
  const kid = thumbprint(signer)
  const expectation = {
    typ: CERTIFICATE_TYP,
    codec: CertificateDocument,
    keyFor: (name: string) => (name === kid ? signer : undefined),
    limit: MAX_CERTIFICATE,
  }
  const verified = verifyDocument(expectation, jws)
  if (E.isLeft(verified)) return certificateFault(place, verified.left)
  const { payload } = verified.right
  return payload.issuer === kid
    ? checkedDocument(place, payload)
    : certificateInvalid(`/${place}/issuer`, `signed by ${kid}, but names ${payload.issuer}`)
}

const checkDates = (certificate: CheckedCertificate, place: number, now: number): Checked => {
  if (now < certificate.from) return certificateInvalid(`/${place}/from`, 'not valid yet')
  if (now <= certificate.until) return E.right(certificate)
  return E.left({ type: 'CertificateExpired', serial: certificate.serial, until: timestampFromMicros(certificate.until) })
}

/** Uses exclude each other, and to certify is a service's use: a receiver's or an issuer's key certifies nobody. */
const checkUse = (certificate: CheckedCertificate, place: number, wanted: CertificateUse): Checked => {
  const use = place === 0 ? wanted : 'service'
  return certificate.use === use
    ? E.right(certificate)
    : certificateInvalid(`/${place}/use`, `expected ${use}, found ${certificate.use}`)
}

const checkLevel = (certificate: CheckedCertificate, least: number): Checked =>
  certificate.level >= least ? E.right(certificate) : E.left({ type: 'LevelInadequate', level: certificate.level, least })

/**
 * Believes a chain of certificates or says why not. From the root down, so that no key is used before it is believed:
 * signature by the next key, which the certificate pins by thumbprint; dates, both ends included; use; and at the
 * subject the level. Revocation is asked afterwards (RV-10).
 *
 * @param chain compact JWS, the subject's first, each certified by the next and the last by the root; at most 3.
 * @errors `CertificateInvalid`, `CertificateExpired`, `LevelInadequate`.
 */
export const verifyChain = (
  chain: ReadonlyArray<string>,
  { root, use, now, level = 0 }: ChainExpectation
): E.Either<CertificateFault, CheckedChain> => {
  if (root === undefined) return certificateInvalid('root', 'no root is configured')
  if (!isOnP256(root)) return certificateInvalid('root', 'the configured root is no key on P-256')
  if (chain.length === 0) return certificateInvalid('', 'no certificate')
  if (chain.length > MAX_CHAIN) return certificateInvalid('', `${chain.length} certificates, at most ${MAX_CHAIN}`)
  const certificates: CheckedCertificate[] = []
  for (const [fromRoot, jws] of [...chain].reverse().entries()) {
    const place = chain.length - 1 - fromRoot
    const checked = pipe(
      checkSignature(jws, place, certificates[0]?.key ?? root),
      E.flatMap((certificate) => checkDates(certificate, place, now)),
      E.flatMap((certificate) => checkUse(certificate, place, use)),
      E.flatMap((certificate) => (place === 0 ? checkLevel(certificate, level) : E.right(certificate)))
    )
    if (E.isLeft(checked)) return checked
    certificates.unshift(checked.right)
  }
  const [subject] = certificates
  return subject === undefined ? certificateInvalid('', 'no certificate') : E.right({ subject, certificates })
}
