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
  /** As `pages`; what was given is no longer in the list. */
  readonly drain: () => Iterable<ReadonlyArray<PlannedLicense>>
}

/** Most licenses of one page. */
export const LIST_PAGE = 256

const BETWEEN = '/'

/** The text of a license's name and key ID: less than half of what an object with them takes, and a vault has a hundred thousand. */
export const nameText = ({ issuer, lid, keyId }: PlannedLicense): string => [issuer, lid, keyId].join(BETWEEN)

/** Reads what {@link nameText} wrote. */
export const ofNameText = (text: string): PlannedLicense => {
  const [issuer, lid, keyId] = text.split(BETWEEN) as [IssuerId, LicenseId, KeyId]
  return { issuer, lid, keyId }
}

/** An empty list. */
export const licenseList = (): LicenseList => {
  const texts: string[] = []
  let isSorted = true
  const sort = (): void => {
    // Names are ASCII, so that the order of their characters is that of their bytes.
    if (!isSorted) texts.sort()
    isSorted = true
  }
  return {
    add: (license) => {
      texts.push(nameText(license))
      isSorted = false
    },
    count: () => texts.length,
    *pages() {
      sort()
      for (let at = 0; at < texts.length; at += LIST_PAGE) yield texts.slice(at, at + LIST_PAGE).map(ofNameText)
    },
    *drain() {
      sort()
      while (texts.length > 0) yield texts.splice(0, LIST_PAGE).map(ofNameText)
    },
  }
}
