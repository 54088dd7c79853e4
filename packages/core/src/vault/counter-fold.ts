import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import type { StreamFold } from '../home/fold-stream'
import { evolve, initial, type CounterState } from './counter-decider'
import { CounterRangeReserved } from './counter-event'

const Kept = t.type({ next: t.union([t.string, t.null]), end: t.string })
const DECIMAL = /^\d{1,20}$/

/** How the events of a key's counters become what is left of them; every transfer adds one. */
export const counterFold: StreamFold<typeof CounterRangeReserved, CounterState> = {
  definitions: [CounterRangeReserved],
  initial,
  evolve,
  snapshot: {
    name: 'counter',
    version: 1,
    encode: ({ next, end }) => ({ next: next === undefined ? null : String(next), end: String(end) }),
    decode: (json) => {
      const kept = Kept.decode(json)
      if (E.isLeft(kept)) return undefined
      const { next, end } = kept.right
      if (![next ?? '0', end].every((number) => DECIMAL.test(number))) return undefined
      return { next: next === null ? undefined : BigInt(next), end: BigInt(end) }
    },
  },
}
