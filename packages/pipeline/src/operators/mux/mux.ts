import { concat, concatMap, defer, tap, type Observable } from 'rxjs'

import { openBatchIn, releaseBatch, type BatchInside } from '../../batch/batch-inside'
import type { Batch } from '../../batch/batch'
import type { Content } from '../../batch/state'
import { keepBook } from '../../lease/keep-book'
import type { Sink } from '../../lease/operator'
import { pinLease, unpinLease } from '../../lease/release'
import { asfMuxer, type AsfTarget } from './asf-muxer'
import { cmafMuxer } from './cmaf-muxer'
import type { CmafTarget } from './cmaf-target'
import type { Muxer, MuxedTrack } from './muxer'
import { requireSchemes } from './require-schemes'

/** Where protected samples are written. */
export type MuxTarget = AsfTarget | CmafTarget

/** What a sink reports: its progress after each batch, and at last what it wrote. */
export type MuxEvent =
  | { readonly type: 'Progress'; readonly samples: number; readonly bytes: number }
  | { readonly type: 'Finished'; readonly samples: number; readonly bytes: number; readonly tracks: ReadonlyArray<MuxedTrack> }

/**
 * Writes protected batches to their container and releases each when its bytes are with the system. Takes no clear batch.
 * The sinks of the target are finished but not committed: their owner gives them their names when all is well.
 *
 * ```text
 * source  --a--------b-----|
 * mux     -------P-------P-F|    Progress when written and released, Finished with the tracks
 * ```
 *
 * @errors `WrongState` for a batch that is not `Content`, and for a sample under another scheme than the target names;
 * `SinkFailed`; `UnsupportedMedia` for a codec that the container has no form for.
 */
export const mux = (target: MuxTarget): Sink<Content, MuxEvent> => {
  return (source: Observable<Batch<Content>>) =>
    defer(() => {
      const muxer = target.container === 'asf' ? asfMuxer(target) : cmafMuxer(target)
      const books = keepBook('mux', Number.POSITIVE_INFINITY, 'sink')
      let samples = 0
      let bytes = 0
      const progress = source.pipe(
        tap(books.enter),
        concatMap(async (batch): Promise<MuxEvent> => {
          const inside = openBatchIn(batch, 'content')
          requireSchemes(inside, muxer)
          samples += inside.count
          bytes += await writePinned(muxer, inside)
          releaseBatch(batch)
          return { type: 'Progress', samples, bytes }
        })
      )
      const finished = defer(async (): Promise<MuxEvent> => {
        const tracks = await muxer.finish()
        return { type: 'Finished', samples, bytes, tracks }
      })
      return concat(progress, finished)
    })
}

/** While the system reads the memory it must stay as it is, whoever releases the batch meanwhile. */
const writePinned = async (muxer: Muxer, inside: BatchInside): Promise<number> => {
  pinLease(inside.lease)
  try {
    return await muxer.write(inside)
  } finally {
    unpinLease(inside.pool, inside.lease)
  }
}
