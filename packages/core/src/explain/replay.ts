import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import type { RecordedEvent } from '../event/decode-event'
import type { HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import type { Candidate } from '../transfer/candidate'
import type { ExportAuthorized, ExportRefused } from '../transfer/export-event'
import type { ImportAuthorized, ImportRefused } from '../transfer/import-event'
import type { RecordedCandidate } from '../transfer/recorded-circumstances'
import { licenseRow, type LicenseName } from '../vault/license-name'
import type { Judgement } from './judge-scene'
import type { Past } from './past'
import { pastDoubt } from './past-belief'

/** An event that holds a decision. */
export type DecisionEvent = RecordedEvent<
  typeof ExportAuthorized | typeof ExportRefused | typeof ImportAuthorized | typeof ImportRefused
>

/** Whether a decision, made again from the log, came out as it is recorded. */
export type Replay =
  | { readonly type: 'equal' }
  /** An event of the first release did not keep what was asked. */
  | { readonly type: 'question-not-recorded' }
  /** @param what members in which record and log disagree. */
  | { readonly type: 'differs'; readonly what: ReadonlyArray<string> }

const linkOf = ({ licenses }: Past, name: LicenseName): HeldLicense | undefined =>
  licenses.find((license) => licenseRow(license.name) === licenseRow(name))?.held

/** The licenses that an event names, with what the log says of them; one that the log does not have is left out. */
export const recordedCandidates = (past: Past, recorded: ReadonlyArray<RecordedCandidate>): ReadonlyArray<Candidate> =>
  recorded.flatMap(({ license, root, unbelieved }): ReadonlyArray<Candidate> => {
    const leaf = linkOf(past, license)
    const above = root === null ? undefined : linkOf(past, root)
    if (leaf === undefined || (root !== null && above === undefined)) return []
    const held: HeldLicense = above === undefined ? leaf : { ...leaf, root: above }
    return [{ ...license, held: unbelieved === null ? E.right(held) : E.left({ why: unbelieved, stored: held }) }]
  })

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** The sentence is left out: a later version may put it better. */
const answerOf = (refusals: ReadonlyArray<LicenseRefusal>): unknown =>
  refusals.map(({ reason, bits, rule, license }) => [reason, bits, rule, license?.issuer, license?.lid])

const usedOf = (event: DecisionEvent): ReadonlyArray<LicenseName> => {
  switch (event.type) {
    case 'ExportAuthorized': {
      const { issuer, lid, root } = event.data
      return [{ issuer, lid }, ...(root === null ? [] : [root])]
    }
    case 'ImportAuthorized':
      return [{ issuer: event.data.issuer, lid: event.data.lid }]
    case 'ExportRefused':
    case 'ImportRefused':
      return []
  }
}

const refusalsOf = (event: DecisionEvent): ReadonlyArray<LicenseRefusal> =>
  event.type === 'ExportRefused' || event.type === 'ImportRefused' ? event.data.refusals : []

type Question = NonNullable<t.TypeOf<(typeof ExportRefused)['data']>['question'] | t.TypeOf<(typeof ImportRefused)['data']>['question']>

/** Issuers that were certified are left out: the root that vouched for them is no part of the log. */
const beliefAgrees = ({ license: { issuer }, unbelieved }: RecordedCandidate, past: Past): boolean => {
  const { issuers, revocation } = past
  if (issuers.grounds.get(issuer)?.type === 'certified') return true
  return unbelieved === (pastDoubt({}, issuers, revocation, issuer) ?? null)
}

/** What the log says must have been asked: of the circumstances, and which licenses there were. */
const disagreements = (question: Question, past: Past, live: ReadonlyArray<LicenseName>): ReadonlyArray<string> => {
  const { device, clock, candidates, revocation } = question
  const list = past.revocation.lists.get(revocation.kind)?.version
  const names = (list: ReadonlyArray<LicenseName>): ReadonlyArray<string> => [...new Set(list.map(licenseRow))].sort()
  const facts: ReadonlyArray<readonly [string, boolean]> = [
    ['device', device.epoch === past.device.epoch && device.securityVersion === past.device.securityVersion],
    [
      'revocation',
      revocation.freshness === 'unreadable' ||
        (device.revocation === past.device.revocation && revocation.version === (list === undefined ? null : String(list))),
    ],
    ['issuers', candidates.every((candidate) => beliefAgrees(candidate, past))],
    ['clock', same(clock, past.clock)],
    ['licenses', same(names(candidates.map(({ license }) => license)), names(live))],
  ]
  return facts.filter(([, agrees]) => !agrees).map(([what]) => what)
}

/**
 * Compares a decision that was made again with the one that is recorded: the answer, the licenses that were used, and what
 * was asked with what the log says.
 *
 * @param live licenses that the log had for the question.
 */
export const compareReplay = (
  event: DecisionEvent,
  judgement: Judgement,
  past: Past,
  live: ReadonlyArray<LicenseName>
): Replay => {
  const { question } = event.data
  if (question === null) return { type: 'question-not-recorded' }
  const allowed = event.type === 'ExportAuthorized' || event.type === 'ImportAuthorized'
  const what = [
    ...(judgement.allowed === allowed ? [] : ['outcome']),
    ...(same(answerOf(judgement.refusals), answerOf(refusalsOf(event))) ? [] : ['refusals']),
    ...(same(judgement.used.map(licenseRow), usedOf(event).map(licenseRow)) ? [] : ['license']),
    ...disagreements(question, past, live),
  ]
  return what.length === 0 ? { type: 'equal' } : { type: 'differs', what }
}
