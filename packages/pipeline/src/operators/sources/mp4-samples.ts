import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { BatchAssembler } from '../../batch/batch-assembler'
import type { LastGroup } from '../../cipher/common-encryption/pattern'
import { PipelineError } from '../../fault/pipeline-error'
import { demuxMp4 } from '../../isobmff/read/demux-mp4'
import type { Mp4Receiver } from '../../isobmff/read/mp4-receiver'
import type { Movie } from '../../isobmff/read/movie'
import type { Mp4Sample } from '../../isobmff/read/samples/listed-sample'
import type { Mp4File } from '../../media/open-mp4'
import { NO_ROOM, SAMPLE_KEY } from '../../media/sample-receiver'
import { protectionPlaces, type ProtectionPlaces } from './protection-places'
import type { SampleSource } from './sample-source'

/** How an MP4 file is read. */
export interface Mp4Reading {
  /** Bytes. */
  readonly largestSample: number
  readonly lastGroup?: LastGroup
}

/** The samples of an MP4 file, whose source gives it from its start. */
export const mp4Samples = ({ source, movie }: Mp4File, { largestSample, lastGroup }: Mp4Reading): SampleSource => {
  const { protections, placeOf } = protectionPlaces(lastGroup)
  return {
    protections,
    protectionOf: () => 0,
    read: (assembler) =>
      pipe(
        demuxMp4(source, mp4Receiver(assembler, movie, placeOf), { largestSample }),
        TE.map(({ end }) => ({ end, warnings: [] }))
      ),
  }
}

const mp4Receiver = (assembler: BatchAssembler, movie: Movie, placeOf: ProtectionPlaces['placeOf']): Mp4Receiver => {
  const clocks = new Map(movie.tracks.map(({ number, timescale }) => [number, timescale]))
  const single = requireOneForm(movie)
  return {
    cancelled: assembler.cancelled,
    ready: assembler.ready,
    begin: (sample) => {
      single(sample)
      const { track, size, at, key, protection } = sample
      const units = unitsOf(clocks.get(track) ?? 0)
      const slot = assembler.begin(track, size, units(sample.decodeTime + sample.composition), key ? SAMPLE_KEY : 0, at)
      if (slot === NO_ROOM) return slot
      assembler.detail(slot, {
        decodeTime: units(sample.decodeTime),
        duration: units(sample.duration),
        protection: protection === undefined ? 0 : placeOf(protection, at),
        ...(protection?.ranges && { ranges: protection.ranges }),
      })
      if (protection !== undefined) assembler.protection(slot, protection.iv, 0, protection.iv.length)
      return slot
    },
    write: (slot, bytes, into) => {
      assembler.write(slot, bytes, 0, bytes.length, into)
    },
    complete: assembler.complete,
  }
}

const UNITS_PER_SECOND = 10_000_000

/** A track that does not say its clock has no times. */
const unitsOf =
  (timescale: number) =>
  (time: number): number =>
    timescale === 0 ? 0 : Math.round((time * UNITS_PER_SECOND) / timescale)

/** A batch describes a track once, so its sample entries may differ in their protection only. */
const requireOneForm = ({ tracks }: Movie): ((sample: Mp4Sample) => void) => {
  const other = new Set<string>()
  for (const { number, entries } of tracks) {
    const [first] = entries
    entries.forEach(({ codec, codecPrivate }, index) => {
      const same = first === undefined || (codec === first.codec && Buffer.compare(codecPrivate, first.codecPrivate) === 0)
      if (!same) other.add(`${String(number)} ${String(index + 1)}`)
    })
  }
  return ({ track, description, at }) => {
    if (!other.has(`${String(track)} ${String(description)}`)) return
    throw new PipelineError({ type: 'UnsupportedMedia', at, what: `a change of codec in track ${String(track)}` })
  }
}
