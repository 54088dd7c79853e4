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

/** By the conditions stated: count 1, from 2, until 4. */
const BY_CONDITIONS: ReadonlyArray<StateCategory | undefined> = [
  undefined,
  STATE_CATEGORY.count,
  STATE_CATEGORY.from,
  STATE_CATEGORY.countFrom,
  STATE_CATEGORY.until,
  STATE_CATEGORY.countUntil,
  STATE_CATEGORY.fromUntil,
  STATE_CATEGORY.countFromUntil,
]

/** The category of a window by what it states, or nothing for a window that states nothing. */
export const windowCategory = (count: boolean, from: boolean, until: boolean): StateCategory | undefined =>
  BY_CONDITIONS[Number(count) + 2 * Number(from) + 4 * Number(until)]

const categoryOf = ({ count, from, until }: Window): StateCategory | undefined =>
  windowCategory(count !== undefined, from !== undefined, until !== undefined)

const ofWindows = (windows: ReadonlyArray<Window>): StateCategory | undefined => {
  const [first, second] = windows
  if (first === undefined) return STATE_CATEGORY.unlimited
  const category = categoryOf(first)
  if (second === undefined) return category
  return category === STATE_CATEGORY.countFromUntil && categoryOf(second) === category ? category : undefined
}

/**
 * The category of one right of a document, or nothing for a mixture that has none: an empty window, two windows that
 * are not both full, or hours after first use together with windows.
 */
export const stateCategory = (document: LicenseDocument, right: Right): StateCategory | undefined => {
  const windows = right.windows ?? []
  if (document.afterFirstUseHours === undefined) return ofWindows(windows)
  if (windows.length === 0) return STATE_CATEGORY.expirationAfterFirstUse
  return right.action === 'Backup' ? ofWindows(windows) : undefined
}
