import type { KeyId } from '@custody/core/identity'
import type { OpenedGrant } from '@custody/core/pipeline-connection'
import type { Grant } from '@custody/core/transfer'
import { concatMap, finalize } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { layRowRanges } from '../../batch/lay-row-ranges'
import { IV_BYTES } from '../../batch/sample-columns'
import type { Clear, Content } from '../../batch/state'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { aesContentKey, contentKey } from './content-key'
import type { CounterRange } from './counter-range'
import { createLengthPrefixer } from './length-prefixer'
import { plannerFor } from './open-targets'
import { createSampleSealer, type SampleSealer } from './sample-sealer'
import { requireValid, withGrant } from './with-grant'

/** Under which key and in which of ASF's ways clear samples are protected. */
export type ProtectTarget = { readonly keyId: KeyId } & (
  | {
      readonly scheme: 'mce'
      readonly counters: CounterRange
      /** NAL units behind start codes get lengths, so that exports find them under the keystream (ADR 46); `as-is` leaves them. */
      readonly units?: 'lengths' | 'as-is'
    }
  | { readonly scheme: 'cocktail'; readonly packetSize: number }
)

/**
 * Puts every sample of the owner's clear media under a content key, in place. Count, order and times stay, sizes too but
 * those of H.264 and H.265 under `mce`: see `units`.
 *
 * Protecting: see `transcrypt` for the laws. Holds what the pool has.
 *
 * ```text
 * source   --a-----b--c--|    clear
 * protect  ----a-----b--c|    content
 * ```
 *
 * @example
 * runPipeline(pool, demuxClear(file, pool), protect(grant, { scheme: 'mce', keyId, counters }), mux(target))
 * @errors `GrantRefused`, also when the counters are used up; `WrongState` for batches that are not clear;
 * `UnsupportedMedia` for `mce` under a key that is none of AES-128, and for pictures that change their parameter sets or
 * break off.
 * @source docs/reference/content-ciphers.md §1 and §2
 */
export const protect = (grant: Grant, target: ProtectTarget): Operator<Clear, Content> =>
  stage<Clear, Content>('protect', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) => {
      const sealer = sealerFor(opened, target)
      const prefixer = target.scheme === 'mce' && target.units !== 'as-is' ? createLengthPrefixer() : undefined
      return source.pipe(
        concatMap(async (batch) => {
          await requireValid(opened)
          const inside = openBatchIn(batch, 'clear')
          prefixer?.rewrite(inside)
          protectSamples(inside, sealer)
          inside.protections = [sealer.protection]
          inside.state = 'content'
          return batch as unknown as Batch<Content>
        }),
        finalize(sealer.wipe)
      )
    })
  )

const sealerFor = (opened: OpenedGrant, target: ProtectTarget): SampleSealer => {
  const { keyId, scheme } = target
  const key = scheme === 'cocktail' ? contentKey(opened, keyId) : aesContentKey(opened, keyId)
  return createSampleSealer({ keyId, key, target, units: plannerFor([target]) })
}

const protectSamples = ({ lease, columns, count, tracks }: BatchInside, sealer: SampleSealer): void => {
  let end = 0
  for (let row = 0; row < count; row += 1) {
    const at = row * IV_BYTES
    sealer.nextIv(columns.iv, at)
    const offset = columns.offset[row] ?? 0
    const sample = lease.bytes.subarray(offset, offset + (columns.size[row] ?? 0))
    const kind = tracks.get(columns.track[row] ?? 0)?.kind ?? 'other'
    const ranges = sealer.rangesOf({ size: sample.length, kind })
    const iv = columns.iv.subarray(at, at + IV_BYTES)
    if (sealer.keystreams === undefined) sealer.seal(sample, iv, ranges)
    else sealer.keystreams.add(sample, iv)
    columns.scheme[row] = sealer.protection.scheme
    columns.protection[row] = 0
    end = layRowRanges(columns, row, end, ranges)
  }
  sealer.keystreams?.flush()
  columns.firstRange[count] = end
}
