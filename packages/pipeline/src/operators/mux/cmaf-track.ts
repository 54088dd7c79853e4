import type { BatchInside } from '../../batch/batch-inside'
import { PipelineError } from '../../fault/pipeline-error'
import { buildInit } from '../../isobmff/write/build-init'
import type { Mp4Track } from '../../isobmff/write/mp4-track'
import type { TrackDescription } from '../../media/media-description'
import { cmafCodec, type CmafCodec } from './cmaf-codec'
import type { CmafTrackTarget, FirstSamples } from './cmaf-target'
import { createFragmentFile, TRACK_ID } from './fragment-file'
import { splitRuns, ticksOf, type TrackClock } from './fragment-of'
import type { MuxedTrack } from './muxer'

/** A one-track file under way. */
export interface CmafTrack {
  /** The bytes of the next fragments, in order; the first call begins with the initialization segment. */
  readonly fragments: (inside: BatchInside, rows: ReadonlyArray<number>) => ReadonlyArray<Uint8Array>
  readonly written: () => MuxedTrack
}

/**
 * Begins the file of a track. A first presentation before 0, as the priming of an audio codec, is trimmed by an edit; so is
 * the delay that the reordering of pictures needs.
 *
 * @errors `UnsupportedMedia` (thrown in a `PipelineError`) for a codec without a CMAF form.
 */
export const createCmafTrack = (number: number, goal: CmafTrackTarget, first: FirstSamples): CmafTrack => {
  const track = trackIn(first.inside, number)
  const codec = cmafCodec(track)
  const clock = startClock(codec.timescale, first)
  const init = buildInit({ ...trackHeader(track, codec, clock), protection: goal.protection, pssh: goal.pssh })
  const file = createFragmentFile({ clock, ivSize: goal.protection.ivSize, start: init.length })
  return {
    fragments: (inside, rows) => {
      const begins = file.isEmpty()
      const chunks = splitRuns(inside, rows, { clock, last: file.lastSegment() }).flatMap((run) => file.add(inside, run))
      return begins ? [init, ...chunks] : chunks
    },
    written: () => ({
      number,
      kind: kindOf(track),
      codecs: codec.codecs,
      file: goal.file,
      timescale: codec.timescale,
      init: { offset: 0, size: init.length },
      ...file.written(),
      ...(codec.video === undefined ? {} : { video: codec.video }),
      ...(track.audio === undefined ? {} : { audio: { ...track.audio, ...channelMapOf(codec) } }),
      ...(track.language === undefined ? {} : { language: track.language }),
    }),
  }
}

const channelMapOf = ({ channelMap }: CmafCodec): Pick<CmafCodec, 'channelMap'> => (channelMap === undefined ? {} : { channelMap })

const kindOf = ({ kind }: TrackDescription): 'video' | 'audio' => (kind === 'video' ? 'video' : 'audio')

const trackHeader = (
  track: TrackDescription,
  { timescale, sampleEntry, video }: CmafCodec,
  { edit }: TrackClock
): Omit<Mp4Track, 'protection' | 'pssh'> => ({
  trackId: TRACK_ID,
  kind: kindOf(track),
  timescale,
  sampleEntry,
  ...(video === undefined ? {} : { video }),
  ...(track.audio === undefined ? {} : { audio: track.audio }),
  ...(track.language === undefined ? {} : { language: track.language }),
  ...(edit > 0 ? { edit: { mediaTime: edit } } : {}),
})

const trackIn = (inside: BatchInside, number: number): TrackDescription => {
  const track = inside.tracks.get(number)
  if (track === undefined) {
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `stream ${String(number)} without a description` })
  }
  return track
}

/**
 * Decode times in a file start at 0 or later, so a start before 0 moves them on. Presentation times follow, and as much
 * further as pictures are shown before they are decoded in the first batch: players honour an edit more widely than
 * negative offsets.
 */
const startClock = (timescale: number, { inside, rows }: FirstSamples): TrackClock => {
  const { time, decodeTime } = inside.columns
  const decode = rows.map((row) => ticksOf(decodeTime[row] ?? 0, timescale))
  const shown = rows.map((row) => ticksOf(time[row] ?? 0, timescale))
  const lead = Math.max(0, -(decode[0] ?? 0))
  const reorder = shown.reduce((most, at, index) => Math.max(most, (decode[index] ?? 0) - at), 0)
  return { timescale, lead, edit: lead + reorder }
}
