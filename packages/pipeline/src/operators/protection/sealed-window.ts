import * as E from 'fp-ts/Either'

import type { BatchInside } from '../../batch/batch-inside'
import { reserveRanges, type SampleColumns } from '../../batch/sample-columns'
import type { CounterStream } from '../../cipher/counter-mode'
import { createAvcConverter } from '../../codec/avc/avc-converter'
import type { ConvertedSample, NalConverter } from '../../codec/nal/converted-sample'
import { createSubsampleMap, type SubsampleMap } from '../../codec/nal/subsample-map'
import { PipelineError } from '../../fault/pipeline-error'
import type { PipelineFault } from '../../fault/pipeline-fault'
import { mostGrown } from '../../lease/acquire'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import type { TrackDescription } from '../../media/media-description'

/** One sample on its way through the window. */
export interface Passing {
  readonly source: CounterStream | undefined
  readonly target: CounterStream
  readonly sample: Uint8Array
  /** Where the protected sample goes; it never reaches bytes of later samples (see `mostGrown`). */
  readonly into: Uint8Array
  readonly at: number
  readonly columns: SampleColumns
  readonly row: number
  /** Ranges of the rows before. */
  readonly ranges: number
}

/** The one place where a sample of a video track is clear, and only while it passes. */
export interface SealedWindow {
  readonly pass: (passing: Passing) => { readonly bytes: number; readonly ranges: number }
  /** The track as it is read now: length-prefixed, with the parameter sets that were found. */
  readonly describe: (tracks: BatchInside['tracks']) => BatchInside['tracks']
}

/**
 * Makes the window of one H.264 track: the source's keystream comes off, start codes become lengths, the target's goes
 * on, and both scratch buffers are wiped before the next sample (EX-16).
 */
export const createSealedWindow = (inside: BatchInside, number: number): SealedWindow => {
  const track = inside.tracks.get(number)
  const converter = createAvcConverter(track?.codecPrivate ?? new Uint8Array())
  const map = createSubsampleMap('whole-blocks')
  let scratch = new Uint8Array(new ArrayBuffer(0))
  let described: TrackDescription | undefined
  return {
    pass: (passing) => {
      const room = mostGrown(passing.sample.length)
      if (scratch.length < room) scratch = new Uint8Array(new ArrayBuffer(room))
      const clear = passing.source?.apply(passing.sample) ?? passing.sample.slice()
      let used = room
      try {
        const converted = convertSample(converter, { clear, scratch: scratch.subarray(0, room), map })
        used = converted.bytes
        notePicture(passing, converted)
        coverRanges(passing, scratch, map)
        return { bytes: converted.bytes, ranges: map.count }
      } finally {
        clear.fill(0)
        scratch.fill(0, 0, used)
      }
    },
    describe: (tracks) => {
      const configuration = converter.configuration()
      if (track === undefined || configuration === undefined) return tracks
      described ??= { ...track, codecPrivate: configuration }
      return tracks.get(number) === described ? tracks : new Map(tracks).set(number, described)
    },
  }
}

const convertSample = (
  converter: NalConverter,
  { clear, scratch, map }: { clear: Uint8Array; scratch: Uint8Array; map: SubsampleMap }
): ConvertedSample => {
  const converted = converter.convert(clear, 0, clear.length, scratch, 0, map)
  if (E.isLeft(converted)) throw new PipelineError(withoutContent(converted.left))
  return converted.right
}

/** What a parser found in decrypted bytes must not travel in a fault; what it does not support has a name of its own. */
const withoutContent = (fault: PipelineFault): PipelineFault =>
  fault.type === 'UnsupportedMedia' ? fault : { type: 'ProtectionFailed' }

const notePicture = ({ columns, row }: Passing, picture: ConvertedSample): void => {
  columns.pictureOrder[row] = picture.pictureOrder
  columns.sequenceStart[row] = picture.startsSequence ? 1 : 0
  if (picture.idr) columns.flags[row] = SAMPLE_KEY
}

const coverRanges = (passing: Passing, scratch: Uint8Array, map: SubsampleMap): void => {
  const { columns, target, into, ranges } = passing
  reserveRanges(columns, ranges + map.count)
  let from = 0
  for (let range = 0; range < map.count; range += 1) {
    const clear = map.clear[range] ?? 0
    const covered = map.protected[range] ?? 0
    into.set(scratch.subarray(from, from + clear), passing.at + from)
    from += clear
    if (covered > 0) into.set(target.apply(scratch.subarray(from, from + covered)), passing.at + from)
    from += covered
    columns.clear[ranges + range] = clear
    columns.protected[ranges + range] = covered
  }
}
