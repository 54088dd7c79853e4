import type { BatchInside } from '../../batch/batch-inside'
import { PipelineError } from '../../fault/pipeline-error'
import { buildFragment } from '../../isobmff/write/build-fragment'
import { buildInit } from '../../isobmff/write/build-init'
import type { TrackDescription } from '../../media/media-description'
import { cmafCodec } from './cmaf-codec'
import type { CmafTrackTarget, FirstSamples } from './cmaf-target'
import { fragmentOf, splitRuns, type TrackClock } from './fragment-of'
import type { MuxedTrack } from './muxer'
import { mediaSlices } from './media-slices'
import type { WrittenSegment } from './written-segment'

/** A one-track file under way. */
export interface CmafTrack {
  /** The bytes of the next fragments, in order; the first call begins with the initialization segment. */
  readonly fragments: (inside: BatchInside, rows: ReadonlyArray<number>) => ReadonlyArray<Uint8Array>
  readonly written: () => MuxedTrack
}

/** The only track of its file. */
const TRACK_ID = 1

/**
 * Begins the file of a track. A first presentation before 0, as the priming of an audio codec, is trimmed by an edit.
 *
 * @errors `UnsupportedMedia` (thrown in a `PipelineError`) for a codec without a CMAF form.
 */
export const createCmafTrack = (number: number, goal: CmafTrackTarget, first: FirstSamples): CmafTrack => {
  const track = trackIn(first.inside, number)
  const codec = cmafCodec(track)
  const clock = startClock(codec.timescale, first)
  const kind = track.kind === 'video' ? 'video' : 'audio'
  const init = buildInit({
    trackId: TRACK_ID,
    kind,
    timescale: codec.timescale,
    sampleEntry: codec.sampleEntry,
    ...(codec.video === undefined ? {} : { video: codec.video }),
    ...(track.audio === undefined ? {} : { audio: track.audio }),
    ...(track.language === undefined ? {} : { language: track.language }),
    ...(clock.lead > 0 ? { edit: { mediaTime: clock.lead } } : {}),
    protection: goal.protection,
    pssh: goal.pssh,
  })
  const segments: WrittenSegment[] = []
  let position = 0
  let sequence = 0
  let samples = 0
  let bytes = 0
  let end = 0

  const addFragment = (inside: BatchInside, rows: ReadonlyArray<number>, opensSegment: boolean): Uint8Array[] => {
    sequence += 1
    const { fragment, duration } = fragmentOf(inside, rows, { clock, sequence, trackId: TRACK_ID, ivSize: goal.protection.ivSize })
    const { head, mediaBytes } = buildFragment(fragment)
    const segment = opensSegment ? undefined : segments.at(-1)
    const start = segment?.start ?? fragment.baseDecodeTime
    const offset = segment?.offset ?? position
    position += head.length + mediaBytes
    end = fragment.baseDecodeTime + duration
    const grown = { offset, size: position - offset, start, duration: end - start }
    if (segment === undefined) segments.push(grown)
    else segments[segments.length - 1] = grown
    samples += rows.length
    bytes += mediaBytes
    return [head, ...mediaSlices(inside, rows)]
  }

  return {
    fragments: (inside, rows) => {
      const chunks: Uint8Array[] = []
      if (position === 0) {
        chunks.push(init)
        position = init.length
      }
      for (const run of splitRuns(inside, rows, { clock, last: segments.at(-1) })) {
        chunks.push(...addFragment(inside, run.rows, run.opensSegment))
      }
      return chunks
    },
    written: () => ({
      number,
      kind,
      codecs: codec.codecs,
      file: goal.file,
      samples,
      bytes,
      timescale: codec.timescale,
      end: end - clock.lead,
      init: { offset: 0, size: init.length },
      segments,
      ...(codec.video === undefined ? {} : { video: codec.video }),
      ...(track.audio === undefined ? {} : { audio: track.audio }),
      ...(track.language === undefined ? {} : { language: track.language }),
    }),
  }
}

const trackIn = (inside: BatchInside, number: number): TrackDescription => {
  const track = inside.tracks.get(number)
  if (track === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} without a description` })
  }
  return track
}

/** Decode times in a file start at 0 or later: a start before 0 moves all times on by as much, and the edit takes it off. */
const startClock = (timescale: number, { inside, rows }: FirstSamples): TrackClock => {
  const first = rows[0] ?? 0
  const earliest = Math.min(inside.columns.time[first] ?? 0, inside.columns.decodeTime[first] ?? 0)
  return { timescale, lead: Math.max(0, -ticks(earliest, timescale)) }
}

const UNITS_PER_SECOND = 10_000_000

const ticks = (time: number, timescale: number): number => Math.round((time * timescale) / UNITS_PER_SECOND)
