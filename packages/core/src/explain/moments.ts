import { linksOf, type HeldLicense } from '../license/held-license'
import { termsOf } from '../license/license-terms'

const linkMoments = ({ license, state }: HeldLicense, action: string): ReadonlyArray<number> => {
  const { rights, afterFirstUse, afterStore } = termsOf(license.document)
  const windows = rights.get(action)?.windows ?? []
  return [
    ...windows.flatMap(({ from, until }) => [from, until]),
    (state.storedAt ?? Number.NaN) + afterStore,
    (state.firstUsedAt ?? Number.NaN) + afterFirstUse,
  ]
}

/**
 * The moments at which a license or chain begins or ends to allow an action, in order: first and last moments of its
 * windows, and ends in hours. All are inside. Microseconds since 1970.
 */
export const momentsOf = (held: HeldLicense, action: string): ReadonlyArray<number> =>
  [...new Set(linksOf(held).flatMap((link) => linkMoments(link, action)))]
    .filter((moment) => Number.isSafeInteger(moment) && moment >= 0)
    .sort((left, right) => left - right)
