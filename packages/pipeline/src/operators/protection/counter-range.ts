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

/** Starts at the first id of the range. */
export const counterSource = (keyId: KeyId, { from, to }: CounterRange): CounterSource => {
  let id = from
  return {
    next: (into, at) => {
      if (id >= to) {
        throw new PipelineError({ type: 'GrantRefused', fault: { type: 'CounterRangeExhausted', keyId } })
      }
      new DataView(into.buffer, into.byteOffset + at, ID_BYTES).setBigUint64(0, id)
      into.fill(0, at + ID_BYTES, at + IV_BYTES)
      if (defences.counters) id += 1n
    },
  }
}
