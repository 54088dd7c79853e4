import type { TrackDescription } from '../../media/media-description'
import type { MediaReport } from '../../media/media-report'
import type { InspectState } from './inspect-state'
import type { Movie } from './movie'
import type { MovieTrack } from './movie-track'
import type { Tally } from './tally'

const UNITS_PER_SECOND = 10_000_000
const BITS_PER_BYTE = 8

const secondsOf = (units: number, timescale: number): number => (timescale === 0 ? 0 : units / timescale)

const describe = (track: MovieTrack, tally: Tally): TrackDescription => {
  const { number, kind, codec, codecPrivate, video, audio, encrypted, language } = track
  const seconds = secondsOf(tally.duration, track.timescale)
  const measured = seconds === 0 ? 0 : Math.round((tally.bytes * BITS_PER_BYTE) / seconds)
  const pictureTime = tally.samples === 0 ? 0 : Math.round((seconds * UNITS_PER_SECOND) / tally.samples)
  return {
    number,
    kind,
    codec,
    codecPrivate,
    ...(video === undefined ? {} : { video }),
    ...(audio === undefined ? {} : { audio }),
    encrypted,
    bitrate: track.bitrate === 0 ? measured : track.bitrate,
    averageFrameTime: kind === 'video' ? pictureTime : 0,
    ...(language === undefined ? {} : { language }),
  }
}

const spanOf = (track: MovieTrack, tally: Tally): number =>
  secondsOf(tally.end - (tally.start ?? 0), track.timescale) * UNITS_PER_SECOND

/** The header of a file whose fragments came later may state the samples in front of them only. */
const statedDuration = (movie: Movie | undefined, span: number): number | undefined => {
  if (movie?.seconds === undefined) return undefined
  const stated = Math.round(movie.seconds * UNITS_PER_SECOND)
  return movie.goesOn ? Math.max(stated, span) : stated
}

/**
 * Draws up the report of a file that was walked to its end. A bit rate that no box states is
 * measured: bytes of the samples over their durations.
 */
export const mediaReport = ({ movie, tallies, protection, warnings }: InspectState): MediaReport => {
  const tracks = (movie?.tracks ?? []).flatMap((track) => {
    const tally = tallies.get(track.number)
    return tally === undefined ? [] : [{ track, tally }]
  })
  const span = Math.round(tracks.reduce((longest, { track, tally }) => Math.max(longest, spanOf(track, tally)), 0))
  const stated = statedDuration(movie, span)
  return {
    description: {
      container: 'mp4',
      duration: stated,
      tracks: tracks.map(({ track, tally }) => describe(track, tally)),
      protection,
    },
    counts: [...tallies].map(([number, { samples, bytes, keyFrames }]) => ({ number, samples, bytes, keyFrames })),
    duration: stated ?? span,
    warnings,
  }
}
