import type { KeyObject } from 'node:crypto'

import { issueCertificate, verifyChain, type CheckedCertificate } from '@custody/core/certificate'
import { uuidV7 } from '@custody/core/event'
import type { IssuerId } from '@custody/core/identity'
import { timestampFromMicros, timestampMicros } from '@custody/core/license'
import * as E from 'fp-ts/Either'

import type { CheckedManifest } from './check-manifest'
import type { ManagementEnv } from './management-env'

/** An issuer of a set that is believed, and by which certificates a computer of this authority believes it. */
export interface BelievedIssuer {
  readonly issuer: IssuerId
  readonly key: KeyObject
  /** Compact JWS, its own first, the last one certified by the root. */
  readonly chain: ReadonlyArray<string>
}

const DAY_MICROSECONDS = 86_400_000_000

/** A new certificate for the same key, on the service's word; long enough for clocks that differ. */
const certifiedHere = ({ authority, clock, random }: ManagementEnv, subject: CheckedCertificate): ReadonlyArray<string> => {
  const now = clock.now()
  const certificate = issueCertificate(authority.key('management-signing').key, {
    serial: uuidV7(clock, random),
    use: 'issuer',
    subject: subject.subject,
    key: subject.key,
    level: subject.level,
    from: timestampFromMicros(now - DAY_MICROSECONDS),
    until: timestampFromMicros(now + DAY_MICROSECONDS),
    systems: subject.systems,
  })
  return [certificate, authority.trust().document.certificate]
}

/**
 * The issuers of a set that are believed: those that the root had certified when it was made, and those that the source
 * computer certified then, which are its owner's own. That harms nobody else, for computers are counted by issuer.
 *
 * @source docs/reference/protocols.md, section 4.3 [PD BR-24]
 */
export const believedIssuers = (
  env: ManagementEnv,
  { manifest, signing }: CheckedManifest
): ReadonlyArray<BelievedIssuer> => {
  const { root } = env.authority
  const now = env.clock.now()
  const made = timestampMicros(manifest.created)
  return manifest.issuers.flatMap(({ issuer, chain }): ReadonlyArray<BelievedIssuer> => {
    const rooted = verifyChain(chain, { root, use: 'issuer', now: made })
    if (E.isRight(rooted)) {
      const { subject, certificates } = rooted.right
      // A revoked issuer is refused by name, license by license.
      const isCutOff = certificates.slice(1).some(({ thumbprint }) => env.isRevoked(thumbprint))
      if (subject.thumbprint !== issuer || isCutOff) return []
      // A backup outlasts the certificates in it; the computer that restores it looks at them now.
      const isGoodNow = E.isRight(verifyChain(chain, { root, use: 'issuer', now }))
      return [{ issuer, key: subject.key, chain: isGoodNow ? chain : certifiedHere(env, subject) }]
    }
    const own = verifyChain(chain, { root: signing, use: 'issuer', now: made })
    if (E.isLeft(own) || own.right.subject.thumbprint !== issuer) return []
    return [{ issuer, key: own.right.subject.key, chain: certifiedHere(env, own.right.subject) }]
  })
}
