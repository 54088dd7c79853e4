import type { AudioFrames } from './audio-timing'
import { MILLISECOND_JITTER, UNITS_PER_SECOND, wholeUnits } from './time-unit'

/**
 * Makes what is cut before time 0 a whole number of frames, where milliseconds hide that it is: -21.0 ms at 48 kHz
 * and 1024 samples a frame is the priming of one frame, -21.3333 ms.
 *
 * @param firstTime of the sound, in units of 100 ns, when it is moved with the picture; at or above 0 nothing is cut.
 * @returns the corrected first time in whole units; as given when no whole number of frames is within a millisecond.
 */
export const alignPriming = (firstTime: number, { sampleRate, samplesPerFrame }: AudioFrames): number => {
  const frame = (samplesPerFrame * UNITS_PER_SECOND) / sampleRate
  if (!(firstTime < 0) || !(frame > 0) || !Number.isFinite(frame)) return firstTime
  const cut = Math.round(-firstTime / frame) * frame
  return Math.abs(cut + firstTime) <= MILLISECOND_JITTER ? 0 - wholeUnits(cut) : firstTime
}
