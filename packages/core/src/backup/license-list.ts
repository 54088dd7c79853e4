import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { PlannedLicense } from './planned-license'

/** Names of licenses, in order of issuer and license id: that of their streams and envelopes, wherever they are stored. */
export interface LicenseList {
  readonly add: (license: PlannedLicense) => void
  readonly count: () => number
  /** All of them, at most {@link LIST_PAGE} at once. */
  readonly pages: () => Iterable<ReadonlyArray<PlannedLicense>>
}

/** Most licenses of one page. */
export const LIST_PAGE = 256

const BETWEEN = '/'

/**
 * An empty list. It keeps one text for a license: less than half of what an object with its names takes, and a vault has a
 * hundred thousand.
 */
export const licenseList = (): LicenseList => {
  const texts: string[] = []
  let isSorted = true
  const read = (text: string): PlannedLicense => {
    // What the list itself wrote.
    const [issuer, lid, keyId] = text.split(BETWEEN) as [IssuerId, LicenseId, KeyId]
    return { issuer, lid, keyId }
  }
  return {
    add: ({ issuer, lid, keyId }) => {
      texts.push([issuer, lid, keyId].join(BETWEEN))
      isSorted = false
    },
    count: () => texts.length,
    *pages() {
      // Names are ASCII, so that the order of their characters is that of their bytes.
      if (!isSorted) texts.sort()
      isSorted = true
      for (let at = 0; at < texts.length; at += LIST_PAGE) yield texts.slice(at, at + LIST_PAGE).map(read)
    },
  }
}
