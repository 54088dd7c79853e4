import type { RevocationState } from '../revocation/revocation-state'
import type { AnchoredRevocation } from './anchor-document'

const INFORMATION = 'information'

/**
 * The newest version of everything that is known of revocation, as an anchor states it, in order of kind.
 *
 * @source docs/reference/protocols.md, section 6
 */
export const anchoredRevocation = ({ lists, information }: RevocationState): ReadonlyArray<AnchoredRevocation> =>
  [...lists, ...(information === null ? [] : [[INFORMATION, information] as const])]
    .map(([kind, { version, digest }]) => ({ kind, version: String(version), digest }))
    .sort((left, right) => (left.kind < right.kind ? -1 : 1))
