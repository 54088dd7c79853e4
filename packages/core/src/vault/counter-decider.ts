import * as E from 'fp-ts/Either'

import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { GrantFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import type { NewEvent } from '../store/event-store'
import { CounterRangeReserved } from './counter-event'

/** Initial counters are 64-bit numbers. */
const END = 1n << 64n
const BLOCK_BITS = 32n
const BLOCK = 1n << BLOCK_BITS

/** What is left of a key's counters in this home. */
export interface CounterState {
  /** First counter never given out; nothing before the first reservation. */
  readonly next: bigint | undefined
  /** Where this home's share of the counters ends. */
  readonly end: bigint
}

/** Asks for counters of one key. */
export interface ReserveCounters {
  readonly keyId: KeyId
  readonly count: bigint
  /**
   * Where a first reservation begins. 0 for a key that no other home can have; for any other key a random number from
   * 1 to 2^32 - 1, which gives this home the 2^32 counters with that upper half.
   */
  readonly block: bigint
}

type Exhausted = Extract<GrantFault, { readonly type: 'CounterRangeExhausted' }>

/** A key whose counters were never used here. */
export const initial: CounterState = { next: undefined, end: END }

/** Block 0 belongs to fresh keys, which have all counters to themselves; every other block is one home's share. */
const endFor = (from: bigint): bigint => (from >> BLOCK_BITS === 0n ? END : ((from >> BLOCK_BITS) + 1n) * BLOCK)

/** Chooses the next range; ranges of one key rise and never overlap (P5). Left when this home's share is used up. */
export const decide = (
  { next, end }: CounterState,
  { keyId, count, block }: ReserveCounters
): E.Either<Exhausted, ReadonlyArray<NewEvent>> => {
  if (count < 1n) throw new RangeError('a counter range holds one counter at least')
  const from = next ?? block << BLOCK_BITS
  const limit = next === undefined ? endFor(from) : end
  const to = from + count
  return to > limit
    ? E.left({ type: 'CounterRangeExhausted', keyId })
    : E.right([newEvent(CounterRangeReserved, { keyId, from: String(from), to: String(to) })])
}

/** The state after one more event. */
export const evolve = (
  { next, end }: CounterState,
  { data }: RecordedEvent<typeof CounterRangeReserved>
): CounterState => ({ next: BigInt(data.to), end: next === undefined ? endFor(BigInt(data.from)) : end })
