import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { foldStream, retryConflict } from '@custody/core/home'
import type { ModelExpectation, ReadModelRow } from '@custody/core/store'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { initial, type Computers } from './computer-decider'
import { decideBatch, type JudgedLicense } from './decide-batch'
import type { ManagementEnv } from './management-env'
import { batchStream, RestoreBatchDecided, type DecidedBatch } from './management-event'
import { licenseKey, RESTORED_COMPUTERS } from './restored-computers'

/** A batch before it is decided. */
export interface UndecidedBatch extends Omit<DecidedBatch, 'results'> {
  readonly licenses: ReadonlyArray<JudgedLicense>
}

type Rows = ReadonlyMap<string, ReadonlyArray<ReadModelRow>>

const BATCH_EVENTS = [RestoreBatchDecided] as const

/** What was decided of a request, or nothing for a new one. @errors those of the store. */
export const decidedBatch = (
  { store }: ManagementEnv,
  mid: string,
  idem: string
): TE.TaskEither<CoreFault, DecidedBatch | undefined> =>
  pipe(
    foldStream<(typeof BATCH_EVENTS)[number], DecidedBatch | undefined>(store, batchStream(mid, idem), {
      definitions: BATCH_EVENTS,
      initial: undefined,
      evolve: (_, { data }) => data,
    }),
    TE.map(({ state }) => state)
  )

const computersOf = (rows: Rows): ReadonlyMap<string, Computers> =>
  new Map([...rows].map(([key, ofKey]) => [key, ofKey.length === 0 ? initial : new Set(ofKey.map(({ id }) => id))]))

/**
 * Sets only grow. So what rests on a computer being in one, or on there being no place, stays true; what adds a computer has to
 * find the set as it was read.
 */
const expectationsOf = (rows: Rows, { results }: DecidedBatch): ReadonlyArray<ModelExpectation> => {
  const growing = results.flatMap(({ issuer, lid, added }) =>
    issuer === undefined || lid === undefined || added === undefined ? [] : [licenseKey({ issuer, lid })]
  )
  return [...new Set(growing)].map((key) => ({
    model: RESTORED_COMPUTERS,
    key,
    ids: (rows.get(key) ?? []).map(({ id }) => id),
  }))
}

/**
 * Decides a batch by the computers that are counted for its licenses, and counts. However many instances decide at the same time,
 * no license has more computers than its limit: what one read must still be so when it stores. One event for the whole batch.
 *
 * @returns what stands in the log; for a request that was decided before, that.
 * @errors those of the store.
 * @source docs/reference/protocols.md, section 4.4
 */
export const countBatch = (env: ManagementEnv, batch: UndecidedBatch): TE.TaskEither<CoreFault, DecidedBatch> => {
  const { licenses, ...facts } = batch
  const { source, mid, idem, session } = batch
  const keys = [...new Set(licenses.flatMap((license) => (license.type === 'Countable' ? [licenseKey(license)] : [])))]
  const { restoreLimit: limit, urls } = env.authority.trust().document
  const terms = { source, target: mid, limit, fraudUrl: urls.fraud }
  const decide = pipe(
    env.store.lookUpAll(RESTORED_COMPUTERS, keys),
    TE.flatMap((rows) => {
      const decided: DecidedBatch = { ...facts, results: decideBatch(computersOf(rows), terms, licenses) }
      const events = [newEvent(RestoreBatchDecided, decided)]
      return pipe(
        env.store.append({
          appends: [{ stream: batchStream(mid, idem), expectedRevision: 0, events }],
          expects: expectationsOf(rows, decided),
          correlation: session,
        }),
        TE.map(() => decided)
      )
    })
  )
  return retryConflict(
    pipe(
      decidedBatch(env, mid, idem),
      TE.flatMap((before): TE.TaskEither<CoreFault, DecidedBatch> => (before === undefined ? decide : TE.right(before)))
    )
  )
}
