import type { PartlyClear } from '../../codec/nal/converted-sample'
import type { Keystream } from './commuter'

/** Shows a few places of samples that a keystream lies on, one sample at a time. */
export interface UncoveredPlaces {
  /** Begins the next sample; what was uncovered of the one before is wiped. @param keystream undefined for a clear sample. */
  readonly open: (bytes: Uint8Array, keystream: Keystream | undefined) => PartlyClear
  readonly wipe: () => void
}

/**
 * Scratch as long as the longest sample, of which only the places hold anything that are asked for: lengths, headers of NAL units
 * and of slices (R2).
 */
export const createUncoveredPlaces = (): UncoveredPlaces => {
  let scratch = new Uint8Array(new ArrayBuffer(0))
  /** Where each uncovered place begins and ends, in turn. */
  const places: number[] = []
  const wipe = (): void => {
    for (let n = 0; n < places.length; n += 2) scratch.fill(0, places[n], places[n + 1])
    places.length = 0
  }
  return {
    open: (bytes, keystream) => {
      wipe()
      if (scratch.length < bytes.length) scratch = new Uint8Array(new ArrayBuffer(bytes.length))
      const into = scratch.subarray(0, bytes.length)
      return {
        bytes: into,
        uncover: (from, to) => {
          const [last = 0, end = 0] = places.slice(-2)
          if (from >= last && to <= end) return
          into.set(bytes.subarray(from, to), from)
          if (keystream !== undefined) takeOff(keystream, { bytes, into, from, to })
          places.push(from, to)
        },
      }
    },
    wipe,
  }
}

interface Place {
  readonly bytes: Uint8Array
  readonly into: Uint8Array
  readonly from: number
  readonly to: number
}

/** The keystream runs on from one of its spans to the next. */
const takeOff = ({ places, iv, spans }: Keystream, { bytes, into, from, to }: Place): void => {
  if (spans === undefined) {
    places.read(iv, from, { bytes, from, length: to - from, into })
    return
  }
  let before = 0
  for (let span = 0; span < spans.at.length; span += 1) {
    const begins = spans.at[span] ?? 0
    if (begins >= to) return
    const length = spans.length[span] ?? 0
    const first = Math.max(from, begins)
    const last = Math.min(to, begins + length)
    if (last > first) places.read(iv, before + first - begins, { bytes, from: first, length: last - first, into })
    before += length
  }
}
