import * as E from 'fp-ts/Either'

import type { BatchInside } from '../../batch/batch-inside'
import { moveRow } from '../../batch/move-row'
import { createAvcConverter } from '../../codec/avc/avc-converter'
import { createHevcConverter } from '../../codec/hevc/hevc-converter'
import type { NalConverter } from '../../codec/nal/converted-sample'
import { createSubsampleMap } from '../../codec/nal/subsample-map'
import { PipelineError } from '../../fault/pipeline-error'
import type { PipelineFault } from '../../fault/pipeline-fault'
import type { TrackDescription } from '../../media/media-description'
import { mp4Form } from './transcrypt-target'

/** Puts the NAL units of clear samples behind lengths, so that they can be found later although a keystream lies on them. */
export interface LengthPrefixer {
  /**
   * Rewrites the samples of a clear batch where they lie, and the descriptions of their tracks. The first batch settles which
   * tracks these are: of H.264 and H.265 behind start codes, with parameter sets known by then.
   *
   * @errors `UnsupportedMedia` for a later sample that cannot be rewritten.
   */
  readonly rewrite: (inside: BatchInside) => void
}

/** A track that is rewritten. */
interface Prefixed {
  readonly converter: NalConverter
  /** Of the form that is written; undefined until the first batch is through. */
  described: TrackDescription | undefined
}

const UNITS_PER_SECOND = 10_000_000

/** One for a run. Access unit delimiters, filler and parameter sets are left out, as MP4 has it. */
export const createLengthPrefixer = (): LengthPrefixer => {
  let tracks: Map<number, Prefixed> | undefined
  const map = createSubsampleMap('to-the-end')
  return {
    rewrite: (inside) => {
      const isFirst = tracks === undefined
      tracks ??= prefixedTracks(inside)
      if (isFirst) dropUnfit(inside, tracks)
      if (tracks.size > 0) rewriteRows(inside, tracks, map)
      inside.tracks = describe(inside, tracks)
    },
  }
}

const prefixedTracks = ({ tracks }: BatchInside): Map<number, Prefixed> => {
  const found = new Map<number, Prefixed>()
  for (const [number, track] of tracks) {
    const converter = converterOf(track)
    if (converter?.fromStartCodes === true) found.set(number, { converter, described: undefined })
  }
  return found
}

const converterOf = (track: TrackDescription): NalConverter | undefined => {
  switch (mp4Form(track)) {
    case 'avc':
      return createAvcConverter(track.codecPrivate)
    case 'hevc':
      return createHevcConverter(track.codecPrivate)
    case 'whole':
      return undefined
  }
}

/** What the header is to say has to be known now, and the first sample has to be one that can be rewritten. */
const dropUnfit = ({ tracks, columns, count, lease }: BatchInside, prefixed: Map<number, Prefixed>): void => {
  const rows = Array.from({ length: count }, (_, row) => row)
  for (const number of [...prefixed.keys()]) {
    const track = tracks.get(number)
    const row = rows.find((each) => columns.track[each] === number)
    const trial = track === undefined ? undefined : converterOf(track)
    if (trial === undefined) continue
    if (row !== undefined) {
      const [from, size] = [columns.offset[row] ?? 0, columns.size[row] ?? 0]
      const scratch = new Uint8Array(new ArrayBuffer(2 * size))
      const converted = trial.convert(lease.bytes, from, from + size, scratch, 0, createSubsampleMap('to-the-end'))
      scratch.fill(0)
      if (E.isLeft(converted)) prefixed.delete(number)
    }
    if (trial.configuration() === undefined) prefixed.delete(number)
  }
}

const rewriteRows = (inside: BatchInside, tracks: Map<number, Prefixed>, map: ReturnType<typeof createSubsampleMap>): void => {
  const { lease, columns, count } = inside
  let rows = 0
  let end = 0
  for (let from = 0; from < count; from += 1) {
    if (from !== rows) moveRow(columns, from, rows)
    const [offset, size] = [columns.offset[rows] ?? 0, columns.size[rows] ?? 0]
    const track = tracks.get(columns.track[rows] ?? 0)
    columns.offset[rows] = end
    if (track === undefined) lease.bytes.copyWithin(end, offset, offset + size)
    else {
      const converted = track.converter.convert(lease.bytes, offset, offset + size, lease.bytes, end, map)
      if (E.isLeft(converted)) throw new PipelineError(faultAt(inside, rows, converted.left))
      columns.size[rows] = converted.right.bytes
    }
    end += columns.size[rows] ?? 0
    if (columns.size[rows] !== 0 || size === 0) rows += 1
  }
  inside.count = rows
  lease.bytes.fill(0, end)
}

/** Offsets in a batch tell a user nothing: he is told the stream and the time. */
const faultAt = ({ columns }: BatchInside, row: number, fault: PipelineFault): PipelineFault => {
  const place = `stream ${String(columns.track[row])}, sample at ${((columns.time[row] ?? 0) / UNITS_PER_SECOND).toFixed(3)} s`
  const what = fault.type === 'MalformedMedia' ? `${fault.expected} expected, ${fault.found} found` : ''
  return { type: 'UnsupportedMedia', at: undefined, what: `${place}: ${fault.type === 'UnsupportedMedia' ? fault.what : what}` }
}

const describe = ({ tracks }: BatchInside, prefixed: Map<number, Prefixed>): BatchInside['tracks'] => {
  if (prefixed.size === 0) return tracks
  const described = new Map(tracks)
  for (const [number, each] of prefixed) {
    const track = tracks.get(number)
    const codecPrivate = each.converter.configuration()
    if (each.described === undefined && track !== undefined && codecPrivate !== undefined) each.described = { ...track, codecPrivate }
    if (each.described !== undefined) described.set(number, each.described)
  }
  return described
}
