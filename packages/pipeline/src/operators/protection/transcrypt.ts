import type { Grant } from '@custody/core/transfer'
import { concatMap, finalize } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatchIn, type BatchInside } from '../../batch/batch-inside'
import { layRowRanges } from '../../batch/lay-row-ranges'
import { moveRow } from '../../batch/move-row'
import { IV_BYTES } from '../../batch/sample-columns'
import type { Content } from '../../batch/state'
import { rangeSpans } from '../../cipher/common-encryption/range-spans'
import { isConfiguredBySample } from '../../codec/ac3/configured-by-sample'
import type { Operator } from '../../lease/operator'
import { stage, WHOLE_POOL } from '../../lease/stage'
import { createCommuter, type Commuter, type Commuting } from './commuter'
import { openTargets, targetOf, type OpenTarget } from './open-targets'
import { createSampleOpener, type CoveredSample, type SampleOpener } from './sample-opener'
import { createSealedWindow, type SealedWindow } from './sealed-window'
import { sourceRows, type SourceRows } from './source-rows'
import type { TranscryptTarget } from './transcrypt-target'
import { createUncoveredPlaces, type UncoveredPlaces } from './uncovered-places'
import { requireValid, withGrant } from './with-grant'

/**
 * Takes samples from under the source's content key to the target's, inside this operator only.
 *
 * Between counter modes over whole samples nothing is ever clear: the target's keystream goes on before the source's comes
 * off. All others pass one sample at a time through a window that is wiped before the next; a sample that holds nothing but
 * parameter sets, which stand in the header then, is left out. Picture order and the starts of coded video sequences
 * are noted in the batch for `restoreTimes`.
 *
 * Protecting: order, count and content stay, but for units and samples that do not travel (P2); no counter is used twice (P5); a fault lets
 * nothing of its batch leave (P6). Holds what the pool has.
 *
 * ```text
 * source      --a-----b-------c--|
 * grant       g (opened at the first subscription, closed at the end, asked before each batch whether it still holds)
 * transcrypt  ----a-----b-------c|
 * ```
 *
 * @example
 * runPipeline(pool, demuxContent(file, pool), transcrypt(grant, { tracks }), restoreTimes, mux(target))
 * @errors `GrantRefused`, `SameKey`, `UnsupportedMedia`; `ProtectionFailed` for a sample that cannot be opened, without a cause.
 */
export const transcrypt = (grant: Grant, target: TranscryptTarget): Operator<Content, Content> =>
  stage<Content, Content>('transcrypt', { holds: WHOLE_POOL }, (source) =>
    withGrant(grant, (opened) => {
      const tracks = openTargets(opened, target)
      const protections = [...tracks.values()].map(({ sealer }) => sealer.protection)
      const passage: Passage = { opener: createSampleOpener(opened), places: createUncoveredPlaces(), tracks, protections }
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
  readonly places: UncoveredPlaces
  readonly tracks: ReadonlyMap<number, OpenTarget>
  /** Of the tracks, in their order. */
  readonly protections: BatchInside['protections']
}

const forget = ({ opener, places, tracks }: Passage): void => {
  places.wipe()
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
    transcryptRow(inside, progress, taking, row)
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
 * @param was the number of the row in the batch as it came.
 */
const transcryptRow = (inside: BatchInside, progress: Progress, taking: Taking, was: number): void => {
  const { lease, columns } = inside
  const { rows: row, end: at, ranges } = progress
  const { opener, tracks } = taking.passage
  const number = columns.track[row] ?? 0
  const track = targetOf(tracks, number)
  const { sealer } = track
  const sample = taking.source.sample(row, was)
  sealer.nextIv(columns.iv, row * IV_BYTES)
  columns.firstRange[row] = ranges
  const commuting = commutingOf(inside, taking.passage, { track, sample, row, ranges })
  if (commuting !== undefined) {
    const { length } = sample.bytes
    const from = columns.offset[row] ?? 0
    lease.bytes.copyWithin(at, from, from + length)
    const { source, target } = commuting
    taking.commuter.add({ sample: lease.bytes.subarray(at, at + length), source, target })
    progress.ranges = commuting.ranges
  } else {
    const open = (): Uint8Array => opener.open(sample)
    const window = windowOf(inside, number, track)
    const written = window.pass({ open, room: sample.bytes.length, sealer, into: lease.bytes, at, columns, row, ranges })
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

const windowOf = (inside: BatchInside, number: number, track: OpenTarget): SealedWindow => {
  const { form, sealer } = track
  track.window ??= createSealedWindow(inside, number, { form, runs: sealer.runs })
  return track.window
}

/** A sample on its way, and where its ranges go. */
interface OnItsWay {
  readonly track: OpenTarget
  readonly sample: CoveredSample
  readonly row: number
  readonly ranges: number
}

/**
 * What lies on a sample and what is to lie on it, where both are keystreams and the sample leaves as it is; and where its ranges
 * end. The first sample of a track that it configures has to be read.
 */
const commutingOf = (
  inside: BatchInside,
  { opener, places }: Passage,
  { track, sample, row, ranges: before }: OnItsWay
): (Omit<Commuting, 'sample'> & { readonly ranges: number }) | undefined => {
  const { columns, tracks } = inside
  const { sealer, form, window } = track
  const number = columns.track[row] ?? 0
  const described = tracks.get(number)
  const isRead = form === 'whole' && window === undefined && described !== undefined && isConfiguredBySample(described)
  const batch = isRead ? undefined : sealer.keystreams
  const lies = batch === undefined ? undefined : opener.keystream(sample)
  if (batch === undefined || lies === undefined) return undefined
  const source = lies === 'none' ? undefined : lies
  // Not copied: nobody writes the vector of this row again before the keystreams go on.
  const iv = columns.iv.subarray(row * IV_BYTES, (row + 1) * IV_BYTES)
  if (form === 'whole') return { source, target: { batch, iv, spans: undefined }, ranges: before }
  const ranges = windowOf(inside, number, track).survey(places.open(sample.bytes, source), { columns, row })
  places.wipe()
  if (ranges === undefined) return undefined
  return { source, target: { batch, iv, spans: rangeSpans(ranges) }, ranges: layRowRanges(columns, row, before, ranges) }
}
