import * as E from 'fp-ts/Either'

import type { BatchInside } from '../../batch/batch-inside'
import { layRowRanges } from '../../batch/lay-row-ranges'
import { IV_BYTES, type SampleColumns } from '../../batch/sample-columns'
import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { configuredBySample, isConfiguredBySample } from '../../codec/ac3/configured-by-sample'
import { createAvcConverter } from '../../codec/avc/avc-converter'
import { createHevcConverter } from '../../codec/hevc/hevc-converter'
import type { ConvertedSample, NalConverter, PartlyClear } from '../../codec/nal/converted-sample'
import { createSubsampleMap, type ProtectedRuns, type SubsampleMap } from '../../codec/nal/subsample-map'
import { PipelineError } from '../../fault/pipeline-error'
import type { PipelineFault } from '../../fault/pipeline-fault'
import { mostGrown } from '../../lease/acquire'
import type { TrackDescription } from '../../media/media-description'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import type { SampleSealer } from './sample-sealer'
import type { SampleForm } from './transcrypt-target'

/** One sample on its way through the window. */
export interface Passing {
  /** Gives the clear sample in a buffer of its own, which the window wipes. */
  readonly open: () => Uint8Array
  /** Bytes of the sample as it came. */
  readonly room: number
  /** The vector of the row is chosen already. */
  readonly sealer: Pick<SampleSealer, 'seal' | 'rangesOf'>
  /** Where the protected sample goes; it never reaches bytes of later samples (see `mostGrown`). */
  readonly into: Uint8Array
  readonly at: number
  readonly columns: SampleColumns
  readonly row: number
  /** Ranges of the rows before. */
  readonly ranges: number
}

/** A row of the columns. */
export type RowPlace = Pick<Passing, 'columns' | 'row'>

/** The one place where a sample of a track is clear, and only while it passes. */
export interface SealedWindow {
  readonly pass: (passing: Passing) => { readonly bytes: number; readonly ranges: number }
  /**
   * The ranges that the target protects of a sample that leaves as it is, found by its headers alone; undefined for one that has
   * to pass. They are good until the next sample. Its picture is noted in the row.
   */
  readonly survey: (sample: PartlyClear, place: RowPlace) => SampleRanges | undefined
  /** The track as it is read now: where its form changes, length-prefixed with the parameter sets that were found. */
  readonly describe: (tracks: BatchInside['tracks']) => BatchInside['tracks']
}

/**
 * Makes the window of one track: the source's protection comes off, the sample takes its form, the target's protection goes
 * on, and all scratch is wiped before the next sample (EX-16).
 */
export const createSealedWindow = (
  { tracks }: Pick<BatchInside, 'tracks'>,
  number: number,
  { form, runs }: WindowForm
): SealedWindow => {
  const track = tracks.get(number)
  return form === 'whole' ? wholeWindow(number, track) : nalWindow(number, track, { form, runs })
}

/** How samples leave a window. */
export interface WindowForm {
  readonly form: SampleForm
  /** What the target protects of a NAL unit. */
  readonly runs: ProtectedRuns
}

const wholeWindow = (number: number, track: TrackDescription | undefined): SealedWindow => {
  let described: TrackDescription | undefined
  return {
    pass: (passing) => {
      const { open, sealer } = passing
      const sample = open()
      try {
        if (track !== undefined && isConfiguredBySample(track)) described ??= configured(track, sample)
        const ranges = sealer.rangesOf({ size: sample.length, kind: track?.kind ?? 'other' })
        return sealInto(passing, sample, ranges)
      } finally {
        sample.fill(0)
      }
    },
    survey: () => undefined,
    describe: (tracks) => withTrack(tracks, number, described),
  }
}

const configured = (track: TrackDescription, sample: Uint8Array): TrackDescription => {
  const found = configuredBySample(track, sample)
  if (E.isLeft(found)) throw new PipelineError({ type: 'ProtectionFailed' })
  return found.right
}

const withTrack = (
  tracks: BatchInside['tracks'],
  number: number,
  described: TrackDescription | undefined
): BatchInside['tracks'] =>
  described === undefined || tracks.get(number) === described ? tracks : new Map(tracks).set(number, described)

const nalWindow = (number: number, track: TrackDescription | undefined, { form, runs }: WindowForm): SealedWindow => {
  const makeConverter = form === 'hevc' ? createHevcConverter : createAvcConverter
  const converter = makeConverter(track?.codecPrivate ?? new Uint8Array())
  const map = createSubsampleMap(runs)
  let scratch = new Uint8Array(new ArrayBuffer(0))
  let described: TrackDescription | undefined
  return {
    pass: (passing) => {
      const room = mostGrown(passing.room)
      if (scratch.length < room) scratch = new Uint8Array(new ArrayBuffer(room))
      const clear = passing.open()
      let used = room
      try {
        const converted = convertSample(converter, { clear, scratch: scratch.subarray(0, room), map })
        used = converted.bytes
        notePicture(passing, converted)
        return sealInto(passing, scratch.subarray(0, used), rangesOf(map))
      } finally {
        clear.fill(0)
        scratch.fill(0, 0, used)
      }
    },
    survey: (sample, place) => {
      const surveyed = converter.survey(sample, map)
      if (E.isLeft(surveyed)) throw new PipelineError(withoutContent(surveyed.left))
      if (surveyed.right === undefined) return undefined
      notePicture(place, surveyed.right)
      return rangesOf(map)
    },
    describe: (tracks) => {
      const configuration = converter.configuration()
      if (track === undefined || configuration === undefined) return tracks
      described ??= { ...track, codecPrivate: configuration }
      return withTrack(tracks, number, described)
    },
  }
}

const rangesOf = ({ clear, protected: covered, count }: SubsampleMap): SampleRanges => ({ clear, protected: covered, first: 0, count })

const convertSample = (
  converter: NalConverter,
  { clear, scratch, map }: { clear: Uint8Array; scratch: Uint8Array; map: SubsampleMap }
): ConvertedSample => {
  const converted = converter.convert(clear, 0, clear.length, scratch, 0, map)
  if (E.isLeft(converted)) throw new PipelineError(withoutContent(converted.left))
  return converted.right
}

/**
 * What a parser found in decrypted bytes, and where in them, must not travel in a fault; what it does not support has a name
 * of its own.
 */
const withoutContent = (fault: PipelineFault): PipelineFault =>
  fault.type === 'UnsupportedMedia' ? { ...fault, at: undefined } : { type: 'ProtectionFailed' }

const notePicture = ({ columns, row }: RowPlace, picture: ConvertedSample): void => {
  columns.pictureOrder[row] = picture.pictureOrder
  columns.sequenceStart[row] = picture.startsSequence ? 1 : 0
  if (picture.idr) columns.flags[row] = SAMPLE_KEY
}

const sealInto = (
  { sealer, into, at, columns, row, ranges: before }: Passing,
  sample: Uint8Array,
  ranges: SampleRanges | undefined
): { readonly bytes: number; readonly ranges: number } => {
  sealer.seal(sample, columns.iv.subarray(row * IV_BYTES, (row + 1) * IV_BYTES), ranges)
  into.set(sample, at)
  return { bytes: sample.length, ranges: layRowRanges(columns, row, before, ranges) - before }
}
