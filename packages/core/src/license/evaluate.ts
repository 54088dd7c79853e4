import type { Action } from './action'
import { usageKey, type DeviceStatement, type Evaluation, type Usage } from './evaluation'
import type { LicenseDocument, Window } from './license-document'
import { refusal, type Refusal } from './refusal'
import { timestampMicros } from './timestamp'
import { unmetRequirements } from './unmet-requirements'

const windowRefusal = (window: Window, used: number, now: number): Refusal | undefined => {
  if (window.from !== undefined && now < timestampMicros(window.from)) {
    return refusal('NotStarted', 'LI-22', `the right begins at ${window.from}`)
  }
  if (window.until !== undefined && now > timestampMicros(window.until)) {
    return refusal('Expired', 'LI-22', `the right ended at ${window.until}`)
  }
  return window.count !== undefined && used >= window.count
    ? refusal('Exhausted', 'LI-12', `all ${window.count} uses are spent`)
    : undefined
}

const inWindows = (
  windows: ReadonlyArray<Window>,
  used: (window: number) => number,
  now: number
): Evaluation => {
  const refusals: Refusal[] = []
  for (const [index, window] of windows.entries()) {
    const refused = windowRefusal(window, used(index), now)
    if (refused === undefined) {
      return { type: 'Allowed', window: index, until: window.until === undefined ? null : timestampMicros(window.until) }
    }
    refusals.push(refused)
  }
  return { type: 'Refused', refusals }
}

/**
 * Says whether one license allows one action. Every condition that the document states is either judged or refused by
 * name; none is passed over.
 *
 * Whether the clock can be believed (R13), and output levels against a real output, are judged by the caller.
 *
 * @param now trusted time, microseconds since 1970.
 */
export const evaluate = (
  document: LicenseDocument,
  usage: Usage,
  action: Action,
  now: number,
  device: DeviceStatement
): Evaluation => {
  const right = document.rights.find((candidate) => candidate.action === action)
  if (right === undefined) {
    return { type: 'Refused', refusals: [refusal('NoRight', 'LI-1', `the license does not grant ${action}`)] }
  }
  const unmet = unmetRequirements(document, action, device)
  const windows = right.windows ?? []
  const inTime: Evaluation =
    windows.length === 0
      ? { type: 'Allowed', window: null, until: null }
      : inWindows(windows, (index) => usage.get(usageKey(action, index)) ?? 0, now)
  if (unmet.length === 0) return inTime
  return { type: 'Refused', refusals: inTime.type === 'Refused' ? [...unmet, ...inTime.refusals] : unmet }
}
