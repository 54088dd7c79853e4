import { MILLISECOND_JITTER, UNITS_PER_SECOND, wholeUnits } from './time-unit'

/** How the sound of a stream is cut into samples. */
export interface AudioFrames {
  /** Of one channel, per second. */
  readonly sampleRate: number
  /** Of one channel, in each sample of the container: 1024 for AAC. */
  readonly samplesPerFrame: number
}

/** Gives the samples of one audio stream their exact times, batch by batch. */
export interface AudioTiming {
  /**
   * All times in units of 100 ns; those written are whole and nearest to the exact ones.
   *
   * @param fileTimes the container's times, in milliseconds' precision.
   */
  assign(count: number, fileTimes: Float64Array, outTime: Float64Array, outDuration: Float64Array): void
}

/** The least departure that is a gap, in units of 100 ns: writers are seen to jitter by a few milliseconds. */
const LEAST_GAP = 50_000

/** Half a frame: a single lost one is twice this, and no jitter of a sound writer comes near it. */
const GAP_IN_FRAMES = 0.5

/**
 * Counts samples from the first time of the file, so that nothing accumulates. A time that is later than the count by
 * half a frame (and by 5 ms) is a gap: the count goes on there, a whole number of frames later when the gap is
 * one within a millisecond. A time that is earlier changes nothing: sound cannot be played twice.
 * Where the rate or the frame is unknown (not above 0), the times of the file are kept.
 */
export const createAudioTiming = ({ sampleRate, samplesPerFrame }: AudioFrames): AudioTiming => {
  const frame = (samplesPerFrame * UNITS_PER_SECOND) / sampleRate
  const counts = frame > 0 && Number.isFinite(frame)
  const tolerance = Math.max(LEAST_GAP, frame * GAP_IN_FRAMES)
  let anchor = Number.NaN
  let frames = 0

  /** One multiplication from the anchor, not a sum of rounded durations. */
  const after = (count: number): number => anchor + (count * samplesPerFrame * UNITS_PER_SECOND) / sampleRate

  const follow = (time: number): void => {
    if (Number.isNaN(anchor)) anchor = time
    const late = time - after(frames)
    if (!(late > tolerance)) return
    const lost = Math.round(late / frame)
    if (Math.abs(late - lost * frame) <= MILLISECOND_JITTER) {
      frames += lost
      return
    }
    anchor = time
    frames = 0
  }

  return {
    assign: (count, fileTimes, outTime, outDuration) => {
      for (let index = 0; index < count; index += 1) {
        const time = fileTimes[index] ?? Number.NaN
        if (!counts) {
          outTime[index] = time
          outDuration[index] = 0
          continue
        }
        follow(time)
        const start = wholeUnits(after(frames))
        frames += 1
        outTime[index] = start
        outDuration[index] = wholeUnits(after(frames)) - start
      }
    },
  }
}
