import type { KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { Grant } from '@custody/core/transfer'
import { concatMap } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { IV_BYTES, SCHEME_MCE } from '../../batch/sample-columns'
import type { Clear, Content } from '../../batch/state'
import { startCounterStream } from '../../cipher/counter-mode'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { contentKey } from './content-key'
import { counterSource, type CounterRange, type CounterSource } from './counter-range'
import { requireValid, withGrant } from './with-grant'

/** Under which key and with which ids clear samples are protected. */
export interface ProtectTarget {
  /** AES-CTR over the whole media object, the sample's id as the high half of the counter. */
  readonly scheme: 'mce'
  readonly keyId: KeyId
  readonly counters: CounterRange
}

/**
 * Puts every sample of the owner's clear media under a content key, in place. Count, order, sizes and times stay.
 *
 * @errors `GrantRefused`, also when the counters are used up; `WrongState` for batches that are not clear;
 * `UnsupportedMedia` for a key that is none of AES-128.
 * @source docs/reference/content-ciphers.md §2
 */
export const protect = (grant: Grant, target: ProtectTarget): Operator<Clear, Content> =>
  stage<Clear, Content>('protect', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) => {
      const key = contentKey(opened, target.keyId)
      const counters = counterSource(target.keyId, target.counters)
      return source.pipe(
        concatMap(async (batch) => {
          await requireValid(opened)
          const inside = openBatchIn(batch, 'clear')
          protectSamples(inside, key, counters)
          inside.state = 'content'
          return batch as unknown as Batch<Content>
        })
      )
    })
  )

const protectSamples = ({ lease, columns, count }: BatchInside, key: KeyObject, counters: CounterSource): void => {
  for (let row = 0; row < count; row += 1) {
    const at = row * IV_BYTES
    counters.next(columns.iv, at)
    const offset = columns.offset[row] ?? 0
    const sample = lease.bytes.subarray(offset, offset + (columns.size[row] ?? 0))
    sample.set(startCounterStream(key, columns.iv.subarray(at, at + IV_BYTES)).apply(sample))
    columns.scheme[row] = SCHEME_MCE
  }
}
