import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { chainTo } from '../certificate/chain-to'
import { certificateInvalid } from '../certificate/certificate-invalid'
import { verifyChain } from '../certificate/verify-chain'
import type { CertificateFault } from '../fault/core-fault'
import { isOnP256 } from '../signed/p256'
import { thumbprint } from '../signed/thumbprint'
import { unprovedHeader } from '../signed/unproved-header'

/** Whose revocation data is believed. */
export interface RevocationAuthority {
  /** The authority's public key; without one nothing is believed. */
  readonly root: KeyObject | undefined
  /** Certificates of list keys, in any order. */
  readonly certificates: ReadonlyArray<string>
  /** Trusted time, microseconds since 1970. */
  readonly now: number
}

/** The key that a document must be signed by. */
export interface RevocationSigner {
  readonly kid: string
  readonly key: KeyObject
  /** The chain to the root; empty for the root itself. */
  readonly chain: ReadonlyArray<string>
  /** Whether the key may sign what an identifier names. */
  readonly maySign: (id: string) => boolean
}

/**
 * The signer that a document names, if the root vouches for it: the root itself, which may sign everything, or a key of
 * use `service` whose certificate names the kind of list among its systems. A document that names no such key is answered
 * as signed by none, by the fault of its chain.
 *
 * @errors `CertificateInvalid`, `CertificateExpired`.
 */
export const revocationSigner = (
  { root, certificates, now }: RevocationAuthority,
  jws: string
): E.Either<CertificateFault, RevocationSigner> => {
  if (root === undefined || !isOnP256(root)) return certificateInvalid('root', 'no root is configured')
  const header = unprovedHeader(jws)
  const kid = O.isSome(header) ? header.value.kid : ''
  const rootName = thumbprint(root)
  const chain = kid === rootName ? [] : chainTo(certificates, kid)
  // A stranger's document then fails by its signature's key, as one without any certificate should.
  if (chain.length === 0) return E.right({ kid: rootName, key: root, chain, maySign: () => true })
  const checked = verifyChain(chain, { root, use: 'service', now })
  if (E.isLeft(checked)) return checked
  const { key, systems } = checked.right.subject
  return E.right({ kid, key, chain, maySign: (id) => systems.some((system) => system === id) })
}
