import * as E from 'fp-ts/Either'

import type { Batch } from '../batch/batch'
import { openBatch, type BatchInside } from '../batch/batch-inside'
import type { State } from '../batch/state'
import { parseAudioSpecificConfig } from '../codec/aac/audio-specific-config'
import { stage } from '../lease/stage'
import type { TrackDescription } from '../media/media-description'
import { alignPriming } from '../timing/align-priming'
import { createAudioTiming, type AudioFrames } from '../timing/audio-timing'
import { createVideoTiming, type VideoTimingOptions } from '../timing/video-timing'
import { defer, map, type Observable } from 'rxjs'
import { rowsByTrack } from './mux/rows-by-track'
import { statedPictures } from './stated-pictures'

/**
 * Rebuilds the times of samples: presentation times of H.264 and H.265 from picture order where the file holds decode times, times of
 * AAC and MP3 from the sample rate. What the reordering of pictures added to the file's own timeline is taken off again, so that
 * the first picture is shown when it is decoded; sound moves with it. Order, count and bytes stay.
 *
 * Stands behind `transcrypt`, which notes the picture order. Other codecs keep the times of the file. Preserving (P4), but for
 * the times; holds one batch.
 *
 * ```text
 * source        --a---b---c--|
 * restoreTimes  --a---b---c--|    each with other times
 * ```
 *
 * @example
 * runPipeline(pool, samples, transcrypt(grant, target), restoreTimes, sink)
 */
export const restoreTimes = <S extends State>(source: Observable<Batch<S>>): Observable<Batch<S>> =>
  restoring<S>()(source)

const restoring = <S extends State>(): ((source: Observable<Batch<S>>) => Observable<Batch<S>>) =>
  stage<S, S>('restore-times', { holds: 1 }, (source) =>
    defer(() => {
      const clocks = createClocks()
      return source.pipe(
        map((batch) => {
          clocks.restore(openBatch(batch))
          return batch
        })
      )
    })
  )

/** The clock of one track over a run. */
interface TrackTimes {
  /** Rewrites the times of the rows on the file's own timeline; answers how far pictures are shown behind decoding. */
  readonly assign: (inside: BatchInside, rows: ReadonlyArray<number>) => number
  /** A first time before 0, corrected. */
  readonly align: (firstTime: number) => number
}

interface Clocks {
  readonly restore: (inside: BatchInside) => void
}

const createClocks = (): Clocks => {
  const tracks = new Map<number, TrackTimes>()
  const shifts = new Map<number, number>()
  let soundShift: number | undefined
  return {
    restore: (inside) => {
      const rows = [...rowsByTrack(inside)].map(([number, of]) => ({ number, of, track: inside.tracks.get(number) }))
      const pictures = rows.filter(({ track }) => track?.kind === 'video')
      const others = rows.filter(({ track }) => track?.kind !== 'video')
      let delay = 0
      for (const { number, of, track } of pictures) {
        const ownDelay = timesOf(tracks, number, track).assign(inside, of)
        delay = Math.max(delay, ownDelay)
        if (soundShift !== undefined && !shifts.has(number)) shifts.set(number, soundShift + ownDelay)
      }
      soundShift ??= -delay
      for (const { number, of, track } of others) {
        const times = timesOf(tracks, number, track)
        times.assign(inside, of)
        if (!shifts.has(number)) shifts.set(number, firstShift(inside, of, { times, shift: soundShift }))
      }
      for (const { number, of } of rows) moveTimes(inside, of, shifts.get(number) ?? 0)
    },
  }
}

const timesOf = (
  tracks: Map<number, TrackTimes>,
  number: number,
  track: TrackDescription | undefined
): TrackTimes => {
  const known = tracks.get(number) ?? makeTimes(track)
  tracks.set(number, known)
  return known
}

const firstShift = (
  { columns }: BatchInside,
  rows: ReadonlyArray<number>,
  { times, shift }: { readonly times: TrackTimes; readonly shift: number }
): number => {
  const first = columns.time[rows[0] ?? 0] ?? 0
  return times.align(first + shift) - first
}

const moveTimes = ({ columns }: BatchInside, rows: ReadonlyArray<number>, shift: number): void => {
  if (shift === 0) return
  for (const row of rows) {
    columns.time[row] = (columns.time[row] ?? 0) + shift
    columns.decodeTime[row] = (columns.decodeTime[row] ?? 0) + shift
  }
}

const AS_THEY_ARE: TrackTimes = { assign: () => 0, align: (time) => time }

const makeTimes = (track: TrackDescription | undefined): TrackTimes => {
  const pictures = track === undefined ? undefined : statedPictures(track)
  if (pictures !== undefined) return pictureTimes(pictures)
  if (track?.codec === 'aac') return aacTimes(track)
  if (track?.codec === 'mp3' && track.audio !== undefined) return soundTimes(mp3Frames(track.audio.sampleRate))
  return AS_THEY_ARE
}

const pictureTimes = (stated: VideoTimingOptions): TrackTimes => {
  const timing = createVideoTiming(stated)
  return {
    assign: ({ columns }, rows) => {
      const count = rows.length
      const decode = new Float64Array(count)
      const presentation = new Float64Array(count)
      const duration = new Float64Array(count)
      timing.assign({
        count,
        fileTimes: Float64Array.from(rows, (row) => columns.time[row] ?? 0),
        pictureOrder: Float64Array.from(rows, (row) => columns.pictureOrder[row] ?? Number.NaN),
        sequenceStart: Uint8Array.from(rows, (row) => columns.sequenceStart[row] ?? 0),
        decode,
        presentation,
        duration,
      })
      rows.forEach((row, index) => {
        columns.decodeTime[row] = decode[index] ?? 0
        columns.time[row] = presentation[index] ?? 0
        columns.duration[row] = duration[index] ?? 0
      })
      return timing.reorderDelay()
    },
    align: (time) => time,
  }
}

const aacTimes = (track: TrackDescription): TrackTimes => {
  const config = parseAudioSpecificConfig(track.codecPrivate)
  if (E.isLeft(config)) return AS_THEY_ARE
  return soundTimes({ sampleRate: config.right.sampleRate, samplesPerFrame: config.right.samplesPerFrame })
}

/** Below this rate the layer has one granule a frame instead of two. @source ISO/IEC 13818-3, 2.4.2.3 */
const LEAST_MPEG1_RATE = 32_000
const GRANULE = 576

const mp3Frames = (sampleRate: number): AudioFrames => ({
  sampleRate,
  samplesPerFrame: sampleRate >= LEAST_MPEG1_RATE ? 2 * GRANULE : GRANULE,
})

const soundTimes = (rate: AudioFrames): TrackTimes => {
  const timing = createAudioTiming(rate)
  return {
    assign: ({ columns }, rows) => {
      const times = new Float64Array(rows.length)
      const durations = new Float64Array(rows.length)
      timing.assign(rows.length, Float64Array.from(rows, (row) => columns.time[row] ?? 0), times, durations)
      rows.forEach((row, index) => {
        columns.time[row] = columns.decodeTime[row] = times[index] ?? 0
        columns.duration[row] = durations[index] ?? 0
      })
      return 0
    },
    align: (time) => alignPriming(time, rate),
  }
}
