import { defer, map, tap, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch } from '../batch/batch-inside'
import type { State } from '../batch/state'
import type { PreservingOperator } from '../lease/operator'
import { preservingStage } from '../lease/preserving-stage'
import { createRowChecks, type ExpectedSamples } from './row-checks'
import { createTrackDigests, type TrackDigests } from './track-digests'

/** What is checked beyond what holds for all samples, and what is told of them. */
export interface VerifyOptions extends ExpectedSamples {
  /**
   * Told once, when the source has completed: for each track the SHA-256, in hex, of the bytes that its scheme protects, as they lie, one
   * sample after the other. Of a clear file it is that of nothing. Costs a pass over the bytes; nothing is hashed unless asked for.
   */
  readonly onDigests?: (digests: ReadonlyMap<number, string>) => void
}

/**
 * Checks what passes and changes nothing: law P4 of preserving operators. Every sample lies within its lease and over no other; its
 * ranges add up to it; decode times of a track never fall, which is so behind `restoreTimes`; it is under an expected scheme, and not
 * declared clear. Holds one batch.
 *
 * ```text
 * source   --a--b--c--|
 * verify   --a--b--c--|     all is as it has to be
 * verify   --a--#           a sample of b is not: none of b passes
 * ```
 *
 * @errors `VerificationFailed` with the track, the number of the sample in it, and what was expected; never with content.
 * @example
 * runPipeline(pool, samples, verify({ schemes: new Set(['cenc']) }), sink)
 */
export const verify =
  (options: VerifyOptions = {}): PreservingOperator =>
  preservingStage('verify', { holds: 1 }, (source) => verified(source, options))

const verified = <S extends State>(input: Observable<Batch<S>>, { onDigests, ...expected }: VerifyOptions): Observable<Batch<S>> =>
  defer(() => {
    const check = createRowChecks(expected)
    const digests: TrackDigests | undefined = onDigests && createTrackDigests()
    return input.pipe(
      map((batch) => {
        const inside = openBatch(batch)
        check(inside)
        digests?.add(inside)
        return batch
      }),
      tap({
        complete: () => {
          if (digests !== undefined) onDigests?.(digests.end())
        },
      })
    )
  })
