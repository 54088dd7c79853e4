import type { Finding, Unchecked, VerifiedHome } from '@custody/core/verify'

import { coreFailure } from '../failure/core-failure'

const counted = (count: number, one: string, many = `${one}s`): string => `${String(count)} ${count === 1 ? one : many}`

/** What was checked and held, one line each. */
export const verifiedSheet = (verified: VerifiedHome): ReadonlyArray<string> => {
  const { events, head, licenses, keys, unchecked } = verified
  return [
    `log: ${counted(events, 'record')}, the chain holds, head ${head.hash}`,
    ...(unchecked.some(({ check }) => check === 'anchors') ? [] : [anchorLine(verified)]),
    `licenses: ${String(licenses)}; ${counted(keys, 'key opens and fits', 'keys open and fit')}`,
  ]
}

const anchorLine = ({ anchors: { logged, kept, newest } }: VerifiedHome): string => {
  const inside = `anchors: ${String(logged)} in the log`
  return kept === 0
    ? `${inside}, none outside the home`
    : `${inside}, ${String(kept)} outside the home; the newest vouches for record ${String(newest)}`
}

/** What each gap leaves unseen. */
const UNSEEN: Readonly<Record<Unchecked['check'], string>> = {
  anchors: 'anchors, so a log that was cut off goes unseen',
  'kept-anchors': 'anchors outside the home: none is kept there, so a log that was cut off and a copied home go unseen',
  signatures: 'signatures of licenses',
  keys: 'whether the keys of licenses open, only whether they are there',
}

/** Says which check could not be made, and why. */
export const uncheckedLine = ({ check, fault }: Unchecked): string => {
  const why = fault === null ? [] : fault.type === 'HomeUnwritable' ? [`${fault.place}: ${fault.code}`] : coreFailure(fault).lines
  return [`not checked: ${UNSEEN[check]}`, ...why].join('; ')
}

/** One thing that is not as it should be. */
export const findingLines = (finding: Finding): ReadonlyArray<string> =>
  finding.type === 'License'
    ? coreFailure(finding.fault).lines.map((line) => `license ${finding.lid}: ${line}`)
    : [`an anchor that is kept outside the home is none of this log: ${finding.why}`]
