import type { CheckedChain } from '../certificate/checked-certificate'
import type { RevocationKind } from './revocation-kind'
import { isListed, type RevocationState } from './revocation-state'

/**
 * Whether any certificate of a chain stands in the list of a kind (IM-4). It says nothing of signatures and dates, which
 * is why only a chain that was checked for them can be asked about (RV-10), and nothing without a list: ask `freshness`.
 */
export const isRevoked = (state: RevocationState, kind: RevocationKind, { certificates }: CheckedChain): boolean =>
  isListed(
    state,
    kind,
    certificates.map(({ thumbprint }) => thumbprint)
  )
