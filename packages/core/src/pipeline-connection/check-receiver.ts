import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import { freshness } from '../revocation/freshness'
import { isListed } from '../revocation/revocation-state'
import { storedRevocation } from '../revocation/stored-revocation'
import type { GrantInsides } from '../transfer/grant'
import { isReliable } from '../transfer/reliable'

/**
 * Whether the other side of a grant is on no list as of now, and that list can be relied on (R8, R9). What stays in this
 * process has no other side.
 *
 * @errors `RevocationStale`, `CertificateRevoked`, those of the store.
 */
export const checkReceiver = ({ home, receiver }: GrantInsides): TE.TaskEither<CoreFault, void> => {
  if (receiver === null) return TE.right(undefined)
  const { kind, thumbprints } = receiver
  return pipe(
    storedRevocation(home.store),
    TE.flatMap(({ state }): TE.TaskEither<CoreFault, void> => {
      if (!isReliable(freshness(state, kind, home.clock.now()))) return TE.left({ type: 'RevocationStale', kind, since: null })
      const thumbprint = thumbprints.find((name) => isListed(state, kind, [name]))
      return thumbprint === undefined ? TE.right(undefined) : TE.left({ type: 'CertificateRevoked', thumbprint })
    })
  )
}
