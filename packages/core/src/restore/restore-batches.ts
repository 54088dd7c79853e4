import * as E from 'fp-ts/Either'

import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import type { ProcessContext } from '../process/run-process'
import { requestBatch, wipeKeys, type BatchAnswer } from './batch-request'
import type { RestoreSession } from './restore-session'
import { batchLines, restoredLicenses } from './restored-license'
import { storeBatch } from './store-batch'

/** A batch of a restore before it is sent. */
export interface OutgoingBatch {
  readonly segment: string
  readonly leaves: Uint8Array
  readonly lines: Uint8Array
  readonly idem: string
}

/** The session of a restore, opened anew when it has expired. */
export interface Sessions {
  readonly current: () => Promise<RestoreSession>
  /** Opens another in the place of one that has expired; asked by several batches at once, it opens one. */
  readonly renew: (expired: RestoreSession) => Promise<RestoreSession>
}

/** How the batches of a restore are counted. */
export interface BatchCount {
  readonly run: string
  readonly total: number
  /** Licenses of batches that were done before. */
  readonly done: number
}

/** Batches that are on their way at once: the service judges one while another is stored. */
const IN_FLIGHT = 3
const EXPIRED: ReadonlySet<string> = new Set(['SessionExpired', 'SessionUnknown'])

interface Answered {
  readonly batch: OutgoingBatch
  readonly answer: BatchAnswer
}

const ask = async (
  { home }: ProcessContext,
  sessions: Sessions,
  batch: OutgoingBatch,
  signal: AbortSignal
): Promise<Answered> => {
  const session = await sessions.current()
  const answer = await requestBatch(home, session)({ ...batch, signal })()
  if (E.isRight(answer)) return { batch, answer: answer.right }
  const { left: fault } = answer
  if (fault.type !== 'ServiceRefused' || !EXPIRED.has(fault.reason)) throw new CoreError(fault)
  const renewed = await sessions.renew(session)
  return { batch, answer: await runTask(requestBatch(home, renewed)({ ...batch, signal })) }
}

/** Stores an answer. @returns how many licenses it was about. */
const take = async (
  { home }: ProcessContext,
  { run, total }: BatchCount,
  done: number,
  { batch: { segment, idem, lines }, answer }: Answered
): Promise<number> => {
  try {
    const joined = restoredLicenses(batchLines(lines), answer)
    if (E.isLeft(joined)) throw new CoreError({ type: 'ReplyInvalid', service: 'management', why: joined.left.why })
    const licenses = joined.right
    await storeBatch(home, { run, segment, idem, statement: answer.statement, licenses, done: done + licenses.length, total })
    return licenses.length
  } finally {
    wipeKeys(answer.keys)
  }
}

/** What is asked for ahead and not taken any more still holds keys; nothing of it goes on when this is over. */
const discard = async (ahead: ReadonlyArray<Promise<Answered>>): Promise<void> => {
  for (const asked of await Promise.allSettled(ahead)) {
    if (asked.status === 'fulfilled') wipeKeys(asked.value.answer.keys)
  }
}

/**
 * Sends batches, some ahead of each other, and stores the answers in order. Throws `CoreError`; what was stored before stays.
 *
 * @param signal ends it before the next batch is stored.
 */
export const restoreBatches = async (
  context: ProcessContext,
  sessions: Sessions,
  count: BatchCount,
  batches: AsyncIterable<OutgoingBatch>,
  signal: AbortSignal
): Promise<void> => {
  const broken = new AbortController()
  const either = AbortSignal.any([signal, broken.signal])
  const ahead: Array<Promise<Answered>> = []
  let { done } = count
  const takeNext = async (): Promise<void> => {
    const [asked] = ahead
    if (asked === undefined) return
    const next = await asked
    // Until it is taken it stays among those that are discarded, keys and all.
    signal.throwIfAborted()
    void ahead.shift()
    done += await take(context, count, done, next)
  }
  try {
    for await (const batch of batches) {
      const asked = ask(context, sessions, batch, either)
      // Whoever waits for it sees its failure; until then it is nobody's.
      asked.catch(() => undefined)
      ahead.push(asked)
      if (ahead.length >= IN_FLIGHT) await takeNext()
    }
    while (ahead.length > 0) await takeNext()
  } finally {
    broken.abort()
    await discard(ahead)
  }
}
