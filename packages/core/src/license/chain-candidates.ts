import type { HeldLicense } from './held-license'
import { byPriority } from './used-first'

const uplinkOf = ({ license: { document } }: HeldLicense): string | undefined =>
  document.chain?.role === 'leaf' ? document.chain.uplink : undefined

/**
 * Puts each leaf together with its roots: one candidate for each root of its uplink, in the order in which they are used
 * (LI-16). A leaf whose root is not there stays alone, and says so when it is evaluated.
 *
 * @param roots licenses of the key IDs that leaves name as their uplink; others are not looked at.
 */
export const chainCandidates = (
  licenses: ReadonlyArray<HeldLicense>,
  roots: ReadonlyArray<HeldLicense>
): ReadonlyArray<HeldLicense> =>
  licenses
    .flatMap((held): ReadonlyArray<HeldLicense> => {
      const uplink = uplinkOf(held)
      const own = uplink === undefined ? [] : roots.filter(({ license }) => license.document.keyId === uplink)
      return own.length === 0 ? [held] : own.map((root) => ({ ...held, root }))
    })
    .sort(byPriority)
