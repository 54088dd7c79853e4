import type { KeyBlock } from '@custody/core/license'

import { decide, evolve, initial, restoreCounter, type Computers } from './computer-decider'
import type { DecidedLicense } from './management-event'
import { licenseKey } from './restored-computers'

/** A license of a batch that may be counted: all but the count allows it. */
export interface CountableLicense {
  readonly type: 'Countable'
  readonly n: number
  readonly issuer: string
  readonly lid: string
  readonly docDigest: string
  /** Its key, to be wiped; a leaf of a chain has none. */
  readonly content: KeyBlock | undefined
}


/** A license of a batch that is refused whatever its count is; named where its document could be believed. */
export interface RefusedLicense {
  readonly type: 'Refused'
  readonly n: number
  readonly reason: string
  readonly license?: { readonly issuer: string; readonly lid: string; readonly docDigest: string }
}

/** What the service found out about one line of a batch. */
export type JudgedLicense = CountableLicense | RefusedLicense

/** Between which computers a batch is restored, and what holds for all of its licenses. */
export interface BatchTerms {
  readonly source: string
  readonly target: string
  /** Computers beside the first one. */
  readonly limit: number
  /** Where a person learns what the limit means (BR-31). */
  readonly fraudUrl: string
}

const decideOne = (computers: Computers, terms: BatchTerms, license: CountableLicense): DecidedLicense => {
  const { n, issuer, lid, docDigest } = license
  const name = { n, issuer, lid, docDigest }
  const counting = decide(computers, terms)
  if (counting.type === 'LimitReached') {
    const computersNow = restoreCounter(computers)
    return { ...name, verdict: 'refused', computers: computersNow, reason: 'RestoreLimitReached', url: terms.fraudUrl }
  }
  const { added } = counting
  const accepted = { ...name, verdict: 'accepted', computers: restoreCounter(evolve(computers, added)) } as const
  return added.length === 0 ? accepted : { ...accepted, added }
}

/**
 * Decides a batch: each license by its own computers, and none because of another (BR-32).
 *
 * @param counted the computers of each license by its key; none for one that was never restored.
 */
export const decideBatch = (
  counted: ReadonlyMap<string, Computers>,
  terms: BatchTerms,
  licenses: ReadonlyArray<JudgedLicense>
): ReadonlyArray<DecidedLicense> => {
  // A license that stands in the batch twice is counted once.
  const sets = new Map(counted)
  return licenses.map((license): DecidedLicense => {
    if (license.type === 'Refused') {
      const { n, reason, license: name } = license
      return { n, ...name, verdict: 'refused', computers: 0, reason }
    }
    const key = licenseKey(license)
    const computers = sets.get(key) ?? initial
    const decided = decideOne(computers, terms, license)
    sets.set(key, evolve(computers, decided.added ?? []))
    return decided
  })
}
