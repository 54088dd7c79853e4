import type { Grant } from '@custody/core/transfer'
import { concatMap, finalize } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { moveRow } from '../../batch/move-row'
import { IV_BYTES } from '../../batch/sample-columns'
import type { Content } from '../../batch/state'
import { isConfiguredBySample } from '../../codec/ac3/configured-by-sample'
import { PipelineError } from '../../fault/pipeline-error'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { createCommuter, wholeSpans, type Commuter, type Commuting } from './commuter'
import { openTargets, type OpenTarget } from './open-targets'
import { createSampleOpener, type CoveredSample, type SampleOpener } from './sample-opener'
import { createSealedWindow } from './sealed-window'
import { sourceRows, type SourceRows } from './source-rows'
import type { TranscryptTarget } from './transcrypt-target'
import { requireValid, withGrant } from './with-grant'

/**
 * Takes samples from under the source's content key to the target's, inside this operator only.
 *
 * Between counter modes over whole samples nothing is ever clear: the target's keystream goes on before the source's comes
 * off. All others pass one sample at a time through a window that is wiped before the next; a sample that holds nothing but
 * parameter sets, which stand in the header then, is left out. Picture order and the starts of coded video sequences
 * are noted in the batch for `restoreTimes`.
 *
 * @errors `GrantRefused`, `SameKey`, `UnsupportedMedia`; `ProtectionFailed` for a sample that cannot be opened, without a cause.
 */
export const transcrypt = (grant: Grant, target: TranscryptTarget): Operator<Content, Content> =>
  stage<Content, Content>('transcrypt', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) => {
      const tracks = openTargets(opened, target)
      const protections = [...tracks.values()].map(({ sealer }) => sealer.protection)
      const passage: Passage = { opener: createSampleOpener(opened), tracks, protections }
      return source.pipe(
        concatMap(async (batch: Batch<Content>) => {
          await requireValid(opened)
          transcryptSamples(openBatchIn(batch, 'content'), passage)
          return batch
        }),
        finalize(() => {
          forget(passage)
        })
      )
    })
  )

/** From what to what. */
interface Passage {
  readonly opener: SampleOpener
  readonly tracks: ReadonlyMap<number, OpenTarget>
  /** Of the tracks, in their order. */
  readonly protections: BatchInside['protections']
}

const forget = ({ opener, tracks }: Passage): void => {
  opener.wipe()
  for (const { sealer } of tracks.values()) sealer.wipe()
}

/** How far a batch is rewritten. */
interface Progress {
  /** Rows that stay. */
  rows: number
  /** Where the next sample goes in the lease. */
  end: number
  ranges: number
}

const transcryptSamples = (inside: BatchInside, passage: Passage): void => {
  const { lease, columns } = inside
  const progress: Progress = { rows: 0, end: 0, ranges: 0 }
  const taking: Taking = { source: sourceRows(inside), commuter: createCommuter(), passage }
  for (let row = 0; row < inside.count; row += 1) {
    if (progress.rows !== row) moveRow(columns, row, progress.rows)
    transcryptRow(inside, progress, { row, ...taking })
  }
  taking.commuter.flush()
  columns.firstRange[progress.rows] = progress.ranges
  inside.count = progress.rows
  inside.protections = passage.protections
  // What the source declared clear lies here still, as it came.
  lease.bytes.fill(0, progress.end)
}

interface Taking {
  readonly source: SourceRows
  readonly commuter: Commuter
  readonly passage: Passage
}

/**
 * Takes the sample of the next row that stays to the end of what is written, and keeps the row if it has bytes.
 *
 * @param taking with the number of the row in the batch as it came.
 */
const transcryptRow = (inside: BatchInside, progress: Progress, taking: Taking & { readonly row: number }): void => {
  const { lease, columns } = inside
  const { rows: row, end: at, ranges } = progress
  const { opener, tracks } = taking.passage
  const track = targetOf(tracks, columns.track[row] ?? 0)
  const { sealer } = track
  const sample = taking.source.sample(row, taking.row)
  sealer.nextIv(columns.iv, row * IV_BYTES)
  columns.firstRange[row] = ranges
  const keystreams = bothKeystreams(inside, { opener, track }, { sample, row })
  if (keystreams !== undefined) {
    const { length, byteOffset } = sample.bytes
    const from = byteOffset - lease.bytes.byteOffset
    lease.bytes.copyWithin(at, from, from + length)
    taking.commuter.add({ ...keystreams, sample: lease.bytes.subarray(at, at + length) })
  } else {
    track.window ??= createSealedWindow(inside, columns.track[row] ?? 0, { form: track.form, runs: sealer.runs })
    const open = (): Uint8Array => opener.open(sample)
    const written = track.window.pass({ open, room: sample.bytes.length, sealer, into: lease.bytes, at, columns, row, ranges })
    columns.size[row] = written.bytes
    progress.ranges += written.ranges
  }
  if (track.window !== undefined) inside.tracks = track.window.describe(inside.tracks)
  columns.offset[row] = at
  columns.scheme[row] = sealer.protection.scheme
  columns.protection[row] = track.place
  progress.end += columns.size[row] ?? 0
  if (columns.size[row] !== 0) progress.rows += 1
}

/**
 * What lies on a sample and what is to lie on all of it, where both are keystreams. The first sample of a track that it
 * configures has to be read.
 */
const bothKeystreams = (
  { columns, tracks }: BatchInside,
  { opener, track: { sealer, form, window } }: { readonly opener: SampleOpener; readonly track: OpenTarget },
  { sample, row }: { readonly sample: CoveredSample; readonly row: number }
): Omit<Commuting, 'sample'> | undefined => {
  const described = tracks.get(columns.track[row] ?? 0)
  const isRead = window === undefined && described !== undefined && isConfiguredBySample(described)
  const batch = form === 'whole' && !isRead ? sealer.keystreams : undefined
  const source = batch === undefined ? undefined : opener.keystream(sample)
  if (batch === undefined || source === undefined) return undefined
  const iv = columns.iv.slice(row * IV_BYTES, (row + 1) * IV_BYTES)
  return { source: source === 'none' ? undefined : source, target: { batch, iv, spans: wholeSpans(sample.bytes.length) } }
}

const targetOf = (tracks: ReadonlyMap<number, OpenTarget>, number: number): OpenTarget => {
  const track = tracks.get(number)
  if (track === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} has no target` })
  }
  return track
}
