import type { SystemId } from '../../identity/system-id'
import { linksOf, type HeldLicense } from '../held-license'
import { refusal, type Refusal } from '../refusal'

/**
 * Whether a license or chain lets its content go to a system. Lists are read for the whole chain (LI-59): one link at least
 * has to state one, and each that does has to name the system (decision). No list, or an empty one, names nobody (EX-6).
 */
export const judgeInclusion = (held: HeldLicense, system: SystemId): Refusal | undefined => {
  const lists = linksOf(held).flatMap(({ license }) => (license.document.inclusion ? [license.document.inclusion] : []))
  if (lists.length === 0 || lists.some((list) => list.length === 0)) {
    return refusal('InclusionMissing', 'EX-6', 'the license has no inclusion list, so it grants no export')
  }
  return lists.every((list) => list.includes(system))
    ? undefined
    : refusal('SystemNotIncluded', 'EX-5', `the license does not include the system ${system}`)
}
