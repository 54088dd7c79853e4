import type { KeyObject } from 'node:crypto'
import type { Grant } from '@custody/core/transfer'
import { concatMap } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { moveRow } from '../../batch/move-row'
import { IV_BYTES, SCHEME_CENC, SCHEME_MCE, SCHEME_NONE } from '../../batch/sample-columns'
import type { Content } from '../../batch/state'
import { startCounterStream, type CounterStream } from '../../cipher/counter-mode'
import { PipelineError } from '../../fault/pipeline-error'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { commuteSample } from './commute-sample'
import { contentKey } from './content-key'
import { openTargets, type OpenTarget } from './open-targets'
import { createSealedWindow } from './sealed-window'
import type { TranscryptTarget } from './transcrypt-target'
import { requireValid, withGrant } from './with-grant'

/**
 * Takes samples from under the source's content key to the target's, inside this operator only.
 *
 * Tracks of form `whole` are never clear: the target's keystream goes on before the source's comes off. Tracks of form
 * `avc` pass one sample at a time through a window that is wiped before the next; a sample that holds nothing but
 * parameter sets, which stand in the header then, is left out. Picture order and the starts of coded video sequences
 * are noted in the batch for `restoreTimes`.
 *
 * @errors `GrantRefused`, `SameKey`, `UnsupportedMedia`; `ProtectionFailed` for a sample that cannot be opened, without a cause.
 */
export const transcrypt = (grant: Grant, target: TranscryptTarget): Operator<Content, Content> =>
  stage<Content, Content>('transcrypt', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) => {
      const sourceKey = contentKey(opened, opened.source)
      const tracks = openTargets(opened, sourceKey, target)
      return source.pipe(
        concatMap(async (batch: Batch<Content>) => {
          await requireValid(opened)
          transcryptSamples(openBatchIn(batch, 'content'), sourceKey, tracks)
          return batch
        })
      )
    })
  )

/** How far a batch is rewritten. */
interface Progress {
  /** Rows that stay. */
  rows: number
  /** Where the next sample goes in the lease. */
  end: number
  ranges: number
}

const transcryptSamples = (
  inside: BatchInside,
  sourceKey: KeyObject,
  tracks: ReadonlyMap<number, OpenTarget>
): void => {
  const { lease, columns } = inside
  const progress: Progress = { rows: 0, end: 0, ranges: 0 }
  for (let row = 0; row < inside.count; row += 1) {
    if (progress.rows !== row) moveRow(columns, row, progress.rows)
    transcryptRow(inside, progress, { sourceKey, track: targetOf(tracks, columns.track[progress.rows] ?? 0) })
  }
  columns.firstRange[progress.rows] = progress.ranges
  inside.count = progress.rows
  // What the source declared clear lies here still, as it came.
  lease.bytes.fill(0, progress.end)
}

/** Takes the sample of the next row that stays to the end of what is written, and keeps the row if it has bytes. */
const transcryptRow = (
  inside: BatchInside,
  progress: Progress,
  { sourceKey, track }: { readonly sourceKey: KeyObject; readonly track: OpenTarget }
): void => {
  const { lease, columns } = inside
  const { rows: row, end: at, ranges } = progress
  const iv = columns.iv.subarray(row * IV_BYTES, (row + 1) * IV_BYTES)
  const source = sourceStream(columns.scheme[row] ?? SCHEME_NONE, sourceKey, iv)
  track.counters.next(iv, 0)
  const target = startCounterStream(track.key, iv)
  const offset = columns.offset[row] ?? 0
  const sample = lease.bytes.subarray(offset, offset + (columns.size[row] ?? 0))
  columns.firstRange[row] = ranges
  if (track.form === 'whole') {
    commuteSample({ source, target, sample, into: lease.bytes, at })
    columns.size[row] = sample.length
  } else {
    track.window ??= createSealedWindow(inside, columns.track[row] ?? 0)
    const written = track.window.pass({ source, target, sample, into: lease.bytes, at, columns, row, ranges })
    columns.size[row] = written.bytes
    progress.ranges += written.ranges
    inside.tracks = track.window.describe(inside.tracks)
  }
  columns.offset[row] = at
  columns.scheme[row] = SCHEME_CENC
  progress.end += columns.size[row] ?? 0
  if (columns.size[row] !== 0) progress.rows += 1
}

const targetOf = (tracks: ReadonlyMap<number, OpenTarget>, number: number): OpenTarget => {
  const track = tracks.get(number)
  if (track === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} has no target` })
  }
  return track
}

/** The source's keystream; none for a sample that the protected source itself declares clear. */
const sourceStream = (scheme: number, key: KeyObject, iv: Uint8Array): CounterStream | undefined => {
  if (scheme === SCHEME_NONE) return undefined
  if (scheme === SCHEME_MCE) return startCounterStream(key, iv)
  throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `protection scheme ${String(scheme)} of the source` })
}
