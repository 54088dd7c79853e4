import * as E from 'fp-ts/Either'

import type { LicenseDocument, Right } from './license-document'
import { licenseMalformed, type LicenseMalformed } from './license-malformed'
import { stateCategory } from './state-category'
import { timestampMicros } from './timestamp'

/** How far ahead of the trusted time a license may have been issued: 24 hours, in microseconds. */
const ISSUED_AHEAD = 24 * 3600 * 1_000_000

const repeatedAction = (document: LicenseDocument): LicenseMalformed | undefined => {
  const place = document.rights.findIndex(
    ({ action }, index) => document.rights.findIndex((other) => other.action === action) < index
  )
  const repeated = document.rights[place]
  return repeated && licenseMalformed(`/rights/${place}/action`, 'each action once', repeated.action)
}

const badWindow = (right: Right, where: string): LicenseMalformed | undefined => {
  const place = (right.windows ?? []).findIndex(
    // Timestamps have one form, in which order of text is order of time.
    ({ from, until }) => from !== undefined && until !== undefined && from > until
  )
  return place < 0 ? undefined : licenseMalformed(`${where}/windows/${place}`, 'from at or before until', 'from after until')
}

const badRight = (document: LicenseDocument): LicenseMalformed | undefined => {
  for (const [index, right] of document.rights.entries()) {
    const where = `/rights/${index}`
    if (stateCategory(document, right) === undefined) {
      return licenseMalformed(`${where}/windows`, 'a mixture of conditions that has a state category', 'another one')
    }
    const window = badWindow(right, where)
    if (window !== undefined) return window
  }
  return undefined
}

/**
 * Checks what a codec of single members cannot: each action once, windows that have a state category, dates in order,
 * at most one kind of expiry in hours, and an issue date that is not more than a day ahead.
 *
 * @param now trusted time, microseconds since 1970.
 */
export const checkConsistency = (document: LicenseDocument, now: number): E.Either<LicenseMalformed, LicenseDocument> => {
  const repeated = repeatedAction(document)
  if (repeated !== undefined) return E.left(repeated)
  if (document.afterFirstUseHours !== undefined && document.afterStoreHours !== undefined) {
    return E.left(licenseMalformed('/afterStoreHours', 'one kind of expiry in hours', 'both'))
  }
  if (timestampMicros(document.issued) > now + ISSUED_AHEAD) {
    return E.left(licenseMalformed('/issued', 'at most 24 hours ahead', document.issued))
  }
  const right = badRight(document)
  return right === undefined ? E.right(document) : E.left(right)
}
