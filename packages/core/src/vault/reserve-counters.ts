import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { decodeEvent } from '../event/decode-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { KeyId } from '../identity/key-id'
import type { Random } from '../random/random'
import type { NewEvent } from '../store/event-store'
import { decide } from './counter-decider'
import { CounterRangeReserved, counterStream } from './counter-event'
import { counterFold } from './counter-fold'

/** Which key needs counters, and how many. */
export interface CounterRequest {
  readonly keyId: KeyId
  /** Initial counters (one a sample); at most 2^32 in one home for a key that may be shared. */
  readonly count: bigint
  /**
   * Whether another home may encrypt under the same key; true when left out. Say false only for a key that this home
   * made from random bytes and has not handed on.
   */
  readonly shared?: boolean
}

/** Initial counters from `from` up to and without `to`. */
export interface CounterRange {
  readonly from: bigint
  readonly to: bigint
}

const BLOCK_BYTES = 4

/** A random upper half; 0 is for fresh keys alone. */
const randomBlock = (random: Random): bigint => {
  const bytes = random.bytes(BLOCK_BYTES)
  const value = bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n)
  return value === 0n ? 1n : value
}

/**
 * Sets initial counters of a key aside, for one writer, durably, before any of them is used (P5). What is reserved and
 * not used is lost. Two homes that share a key draw random upper halves, so they collide with a chance of 2^-32.
 *
 * @errors `CounterRangeExhausted`, and those of the store.
 */
export const reserveCounters =
  ({ store, random }: Home) =>
  ({ keyId, count, shared = true }: CounterRequest): TE.TaskEither<CoreFault, CounterRange> => {
    const stream = counterStream(keyId)
    const block = shared ? randomBlock(random) : 0n
    return retryConflict(
      pipe(
        foldStream(store, stream, counterFold),
        TE.flatMap(({ state, revision }) =>
          pipe(
            TE.fromEither<CoreFault, ReadonlyArray<NewEvent>>(decide(state, { keyId, count, block })),
            TE.flatMap((events) => store.append({ appends: [{ stream, expectedRevision: revision, events }] }))
          )
        ),
        TE.flatMapEither((stored) => rangeOf(stored))
      )
    )
  }

const decodeRange = decodeEvent([CounterRangeReserved])

const rangeOf = (stored: ReadonlyArray<StoredEvent>): E.Either<CoreFault, CounterRange> => {
  const [event] = stored
  if (event === undefined) throw new RangeError('a reservation appends one event')
  return pipe(
    decodeRange(event),
    E.map(({ data }) => ({ from: BigInt(data.from), to: BigInt(data.to) }))
  )
}
