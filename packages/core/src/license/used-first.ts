import type { HeldLicense } from './held-license'
import { termsOf } from './license-terms'

const inText = (left: string, right: string): number => (left < right ? -1 : Number(left > right))

const ofLinks = (left: HeldLicense, right: HeldLicense): number => {
  const [a, b] = [left.license, right.license]
  const [terms, other] = [termsOf(a.document), termsOf(b.document)]
  return (
    other.priority - terms.priority || terms.issued - other.issued || inText(a.lid, b.lid) || inText(a.issuer, b.issuer)
  )
}

/**
 * The order in which licenses are used: the higher priority first (LI-16); then, as a decision on LI-18, the one issued
 * earlier, the smaller license id, the smaller issuer id. Chains with one leaf go by their roots in the same way.
 */
export const byPriority = (left: HeldLicense, right: HeldLicense): number => {
  const leaves = ofLinks(left, right)
  if (leaves !== 0 || left.root === undefined || right.root === undefined) {
    return leaves || Number(left.root === undefined) - Number(right.root === undefined)
  }
  return ofLinks(left.root, right.root)
}
