import { createAsfWriter } from '../../asf/write/create-asf-writer'
import { IV_BYTES, SCHEME_MCE } from '../../batch/sample-columns'
import { runTask } from '../../effect/run-task'
import type { ByteSink } from '../../io/byte-sink'
import type { MediaFile } from '../../media/media-file'
import type { MuxedTrack, Muxer } from './muxer'

/** One ASF file with the header of its source and the protection headers of a rights system. */
export interface AsfTarget {
  readonly container: 'asf'
  readonly sink: ByteSink
  /** Its header is the model: metadata, markers, languages and unknown objects are carried over. */
  readonly model: MediaFile
  /** Complete header objects of the protection, opaque here. */
  readonly protectionObjects: ReadonlyArray<Uint8Array>
  /** Complete objects for the header extension, opaque here. */
  readonly extensionObjects: ReadonlyArray<Uint8Array>
  /** 16 random bytes that name the new file. */
  readonly fileId: Uint8Array
  /** 100 ns units since 1601-01-01T00:00:00Z. */
  readonly creationTime: bigint
}

/** Bytes of the sample id that goes with each protected sample. */
const SAMPLE_ID_BYTES = 8

/** Packs protected samples into packets of the model's size. */
export const asfMuxer = (target: AsfTarget): Muxer => {
  const numbers = new Set(target.model.tracks.keys())
  const writer = createAsfWriter({
    sink: target.sink,
    header: target.model.header,
    encryptedStreams: numbers,
    sampleIds: numbers,
    protectionObjects: target.protectionObjects,
    extensionObjects: target.extensionObjects,
    fileId: target.fileId,
    creationTime: target.creationTime,
  })
  const written = new Map<number, { samples: number; bytes: number }>()
  let begun = false
  const begin = async (): Promise<void> => {
    if (begun) return
    begun = true
    await runTask(writer.begin())
  }
  return {
    write: async ({ columns, count, lease }) => {
      await begin()
      let bytes = 0
      for (let row = 0; row < count; row += 1) {
        const stream = columns.track[row] ?? 0
        const size = columns.size[row] ?? 0
        writer.addSample({
          stream,
          bytes: lease.bytes,
          offset: columns.offset[row] ?? 0,
          size,
          time: columns.time[row] ?? 0,
          flags: columns.flags[row] ?? 0,
          ...(columns.scheme[row] === SCHEME_MCE
            ? { sampleId: columns.iv.subarray(row * IV_BYTES, row * IV_BYTES + SAMPLE_ID_BYTES), sampleIdOffset: 0 }
            : {}),
        })
        const sum = written.get(stream) ?? { samples: 0, bytes: 0 }
        written.set(stream, { samples: sum.samples + 1, bytes: sum.bytes + size })
        bytes += size
      }
      await runTask(writer.flush())
      return bytes
    },
    finish: async () => {
      await begin()
      await runTask(writer.finish())
      return [...target.model.tracks.values()].map((track): MuxedTrack => {
        const sum = written.get(track.number) ?? { samples: 0, bytes: 0 }
        return {
          number: track.number,
          kind: track.kind === 'video' || track.kind === 'audio' ? track.kind : 'other',
          codecs: '',
          file: '',
          ...sum,
          timescale: UNITS_PER_SECOND,
          end: 0,
          init: { offset: 0, size: 0 },
          segments: [],
        }
      })
    },
  }
}

const UNITS_PER_SECOND = 10_000_000
