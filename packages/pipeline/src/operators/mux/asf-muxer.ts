import type { AsfSample, AsfWriter } from '../../asf/write/asf-writer'
import { createAsfWriter } from '../../asf/write/create-asf-writer'
import { SAMPLE_ID_BYTES } from '../../asf/write/packet-layout'
import type { BatchInside } from '../../batch/batch-inside'
import { IV_BYTES } from '../../batch/sample-columns'
import { schemeNumber } from '../../batch/schemes'
import { runTask } from '../../effect/run-task'
import type { ByteSink } from '../../io/byte-sink'
import type { TrackDescription } from '../../media/media-description'
import type { AsfFile } from '../../media/open-asf'
import type { MuxedTrack, Muxer } from './muxer'
import { requireShortVector, requireTime, requireUnits } from './require-asf-sample'

/** One ASF file with the header of its source and the protection headers of a rights system. */
export interface AsfTarget {
  readonly container: 'asf'
  readonly sink: ByteSink
  /** Its header is the model: metadata, markers, languages and unknown objects are carried over. */
  readonly model: Pick<AsfFile, 'header' | 'tracks'>
  /** What protects the samples; `mce` unless told. */
  readonly scheme?: 'mce' | 'cocktail'
  /** Bytes; that of the model by default. */
  readonly packetSize?: number
  /** Complete header objects of the protection, opaque here. */
  readonly protectionObjects: ReadonlyArray<Uint8Array>
  /** Complete objects for the header extension, opaque here. */
  readonly extensionObjects: ReadonlyArray<Uint8Array>
  /** 16 random bytes that name the new file. */
  readonly fileId: Uint8Array
  /** 100 ns units since 1601-01-01T00:00:00Z. */
  readonly creationTime: bigint
  /** In place of the model's title. */
  readonly title?: string
}

/** Packs protected samples into packets. */
export const asfMuxer = (target: AsfTarget): Muxer => {
  const { scheme = 'mce' } = target
  const written = new Map<number, Written>()
  let writer: AsfWriter | undefined
  const begun = async (first: BatchInside | undefined): Promise<AsfWriter> => {
    if (writer !== undefined) return writer
    writer = writerFor(target, first)
    await runTask(writer.begin())
    return writer
  }
  return {
    schemeOf: () => schemeNumber(scheme),
    write: async (inside) => {
      const { addSample, flush, largestUnit } = await begun(inside)
      let bytes = 0
      for (let row = 0; row < inside.count; row += 1) {
        const sample = sampleAt(inside, row, scheme)
        requireTime(sample, { preroll: target.model.header.file.preroll, last: written.get(sample.stream)?.last })
        if (scheme === 'mce') requireShortVector(inside, row)
        else requireUnits(sample, largestUnit(sample.stream))
        addSample(sample)
        count(written, sample)
        bytes += sample.size
      }
      await runTask(flush())
      return bytes
    },
    finish: async () => {
      const { finish } = await begun(undefined)
      await runTask(finish())
      return [...target.model.tracks.values()].map((track) => muxedTrack(track, written.get(track.number)))
    },
  }
}

/**
 * Every stream is marked as protected: the muxer takes no sample that is not. Sound that is spread under the protection of
 * its source stays so only where that protection was not taken off on the way.
 */
const writerFor = ({ model, container: _, scheme, ...target }: AsfTarget, first: BatchInside | undefined): AsfWriter => {
  const numbers = new Set(model.tracks.keys())
  const inOrder = first?.protections.every(({ spread }) => spread === undefined) ?? false
  const sampleIds = scheme === 'cocktail' ? new Set<number>() : numbers
  const privateData = changedPictures(model, first)
  return createAsfWriter({ ...target, header: model.header, encryptedStreams: numbers, sampleIds, inOrder, privateData })
}

/** NAL units that stand in another form than the model says have a configuration record of their own. */
const changedPictures = ({ tracks }: AsfTarget['model'], first: BatchInside | undefined): ReadonlyMap<number, Uint8Array> => {
  const changed = new Map<number, Uint8Array>()
  for (const [number, { codecPrivate, kind }] of first?.tracks ?? []) {
    if (kind === 'video' && tracks.get(number)?.codecPrivate !== codecPrivate) changed.set(number, codecPrivate)
  }
  return changed
}

const sampleAt = ({ columns, lease }: BatchInside, row: number, scheme: 'mce' | 'cocktail'): AsfSample => ({
  stream: columns.track[row] ?? 0,
  bytes: lease.bytes,
  offset: columns.offset[row] ?? 0,
  size: columns.size[row] ?? 0,
  time: columns.time[row] ?? 0,
  flags: columns.flags[row] ?? 0,
  ...(scheme === 'mce'
    ? { sampleId: columns.iv.subarray(row * IV_BYTES, row * IV_BYTES + SAMPLE_ID_BYTES), sampleIdOffset: 0 }
    : { units: columns.protected.subarray(columns.firstRange[row], columns.firstRange[row + 1]) }),
})

/** What was written of one stream. */
interface Written {
  samples: number
  bytes: number
  /** Time of the last sample, in 100 ns units. */
  last: number
}

const count = (written: Map<number, Written>, { stream, size, time }: AsfSample): void => {
  const sum = written.get(stream) ?? { samples: 0, bytes: 0, last: time }
  sum.samples += 1
  sum.bytes += size
  sum.last = time
  written.set(stream, sum)
}

const UNITS_PER_SECOND = 10_000_000

const NOTHING: Written = { samples: 0, bytes: 0, last: 0 }

const muxedTrack = ({ number, kind }: TrackDescription, { samples, bytes } = NOTHING): MuxedTrack => ({
  number,
  kind: kind === 'video' || kind === 'audio' ? kind : 'other',
  codecs: '',
  file: '',
  samples,
  bytes,
  timescale: UNITS_PER_SECOND,
  end: 0,
  init: { offset: 0, size: 0 },
  segments: [],
})
