import type { HeldLicense } from '../held-license'
import { refusal, type Refusal } from '../refusal'

/** Whether a license and its root make a chain of depth two at most, with no link missing (LI-59). */
export const judgeChain = ({ license, root }: HeldLicense): Refusal | undefined => {
  const { chain } = license.document
  if (chain?.role !== 'leaf') {
    return root === undefined
      ? undefined
      : refusal('ConditionUnsupported', 'R6', 'the license is no leaf, so it hangs on no root')
  }
  if (root === undefined) return refusal('UplinkMissing', 'LI-59', 'the root license of this chain is not at hand')
  const above = root.license.document
  if (above.chain?.role === 'leaf' || root.root !== undefined) {
    return refusal('ChainTooLong', 'LI-59', 'the root of this chain is itself chained')
  }
  return above.chain?.role === 'root' && above.keyId === chain.uplink
    ? undefined
    : refusal('UplinkMissing', 'LI-59', 'the license above is not the root of this chain')
}
