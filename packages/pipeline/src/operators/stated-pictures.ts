import * as E from 'fp-ts/Either'

import { parseAvcConfiguration } from '../codec/avc/parse-avc-configuration'
import { parseHevcConfiguration } from '../codec/hevc/parse-hevc-configuration'
import type { TrackDescription } from '../media/media-description'
import type { VideoTimingOptions } from '../timing/video-timing'

/** What a track whose pictures have an order says of their times. */
type StatedPictures = (codecPrivate: Uint8Array) => Omit<VideoTimingOptions, 'averageFrameTime'>

interface Tick {
  readonly numUnitsInTick: number
  readonly timeScale: number
}

const UNITS_PER_SECOND = 10_000_000

/** Two fields a picture: the clock of H.264 ticks in fields. @source ITU-T H.264, E.2.1 */
const AVC_TICKS = 2

/** Each picture, be it a frame or a field, is a sample and takes a tick. @source ITU-T H.265, E.3.1 */
const HEVC_TICKS = 1

const ofAvc: StatedPictures = (codecPrivate) => {
  const configuration = parseAvcConfiguration(codecPrivate)
  if (E.isLeft(configuration)) return {}
  const { timing, maxNumReorderFrames } = configuration.right.sps
  return stated(timing, AVC_TICKS, maxNumReorderFrames)
}

const ofHevc: StatedPictures = (codecPrivate) => {
  const configuration = parseHevcConfiguration(codecPrivate)
  if (E.isLeft(configuration)) return {}
  return stated(configuration.right.timing, HEVC_TICKS, configuration.right.sps.maxNumReorder)
}

const stated = (tick: Tick | undefined, ticks: number, reorder: number | undefined): ReturnType<StatedPictures> => ({
  ...(tick !== undefined && tick.timeScale > 0
    ? { frameDuration: (UNITS_PER_SECOND * ticks * tick.numUnitsInTick) / tick.timeScale }
    : {}),
  ...(reorder === undefined ? {} : { reorder }),
})

const CODECS: ReadonlyMap<string, StatedPictures> = new Map([
  ['h264', ofAvc],
  ['hevc', ofHevc],
])

/**
 * What is known of the times of a track's pictures, from the container and its configuration record: length of a picture in
 * units of 100 ns, how far pictures are reordered. Undefined for codecs whose pictures have no order of their own.
 */
export const statedPictures = ({
  codec,
  codecPrivate,
  averageFrameTime,
}: TrackDescription): VideoTimingOptions | undefined => {
  const read = CODECS.get(codec)
  return read === undefined ? undefined : { averageFrameTime, ...read(codecPrivate) }
}
