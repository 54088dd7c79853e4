import type { LicenseDocument, Right, Window } from './license-document'

/**
 * What kind of condition a right carries.
 *
 * @source Windows Media Format 11 SDK, "DRM_LICENSE_STATE_CATEGORY"
 */
export const STATE_CATEGORY = {
  noRight: 0,
  unlimited: 1,
  count: 2,
  from: 3,
  until: 4,
  fromUntil: 5,
  countFrom: 6,
  countUntil: 7,
  countFromUntil: 8,
  expirationAfterFirstUse: 9,
} as const
/** One of the ten numbers. */
export type StateCategory = (typeof STATE_CATEGORY)[keyof typeof STATE_CATEGORY]

const COUNT = 1
const FROM = 2
const UNTIL = 4

/** By the members that a window has: count 1, from 2, until 4. */
const BY_MEMBERS: ReadonlyArray<StateCategory | undefined> = [
  undefined,
  STATE_CATEGORY.count,
  STATE_CATEGORY.from,
  STATE_CATEGORY.countFrom,
  STATE_CATEGORY.until,
  STATE_CATEGORY.countUntil,
  STATE_CATEGORY.fromUntil,
  STATE_CATEGORY.countFromUntil,
]

const members = (window: Window): number =>
  (window.count === undefined ? 0 : COUNT) +
  (window.from === undefined ? 0 : FROM) +
  (window.until === undefined ? 0 : UNTIL)

const ofWindows = (windows: ReadonlyArray<Window>): StateCategory | undefined => {
  const [first, second] = windows
  if (first === undefined) return STATE_CATEGORY.unlimited
  const category = BY_MEMBERS[members(first)]
  if (second === undefined) return category
  const both = category === STATE_CATEGORY.countFromUntil && members(second) === members(first)
  return both ? category : undefined
}

/**
 * The category of one right of a document, or nothing for a mixture that has none: an empty window, two windows that
 * are not both full, or hours after first use together with windows.
 */
export const stateCategory = (document: LicenseDocument, right: Right): StateCategory | undefined => {
  const windows = right.windows ?? []
  if (document.afterFirstUseHours === undefined || right.action === 'Backup') return ofWindows(windows)
  return windows.length === 0 ? STATE_CATEGORY.expirationAfterFirstUse : undefined
}
