import { PipelineError } from '../../fault/pipeline-error'
import { defences } from '../../lease/defences'
import { IV_BYTES } from '../../batch/sample-columns'
import type { KeyId } from '@custody/core/identity'

/** Ids of samples under one key that the log has reserved for this run; each is used for one sample. */
export interface CounterRange {
  readonly from: bigint
  /** The first id that is no longer reserved. */
  readonly to: bigint
}

/** Gives out the ids of a range in order, as the high 64 bits of a counter block. */
export interface CounterSource {
  /** Writes the next id, 8 bytes big-endian and 8 zero bytes, at `at`. @errors `GrantRefused` when the range is used up. */
  readonly next: (into: Uint8Array, at: number) => void
}

const ID_BYTES = 8

const WORD = 0x1_0000_0000
const BYTE = 0xff

/** Starts at the first id of the range. Ids are kept as two words: arithmetic of 64 bits costs as much as a small sample's cipher. */
export const counterSource = (keyId: KeyId, { from, to }: CounterRange): CounterSource => {
  let high = Number(from >> 32n)
  let low = Number(BigInt.asUintN(32, from))
  const [endHigh, endLow] = [Number(to >> 32n), Number(BigInt.asUintN(32, to))]
  return {
    next: (into, at) => {
      if (high > endHigh || (high === endHigh && low >= endLow)) {
        throw new PipelineError({ type: 'GrantRefused', fault: { type: 'CounterRangeExhausted', keyId } })
      }
      writeWord(into, at, high)
      writeWord(into, at + ID_BYTES / 2, low)
      for (let byte = at + ID_BYTES; byte < at + IV_BYTES; byte += 1) into[byte] = 0
      if (!defences.counters) return
      low += 1
      if (low < WORD) return
      low = 0
      high += 1
    },
  }
}

/** Big-endian. */
const writeWord = (into: Uint8Array, at: number, word: number): void => {
  into[at] = word >>> 24
  into[at + 1] = (word >>> 16) & BYTE
  into[at + 2] = (word >>> 8) & BYTE
  into[at + 3] = word & BYTE
}
