import { outputOf } from '../command/run-program'

/** A stream as ffmpeg reads it. */
export interface ReadStream {
  readonly index: number
  readonly codec: string
  /** Each sample as it is stored. */
  readonly samples: ReadonlyArray<Buffer>
}

interface Probed {
  readonly streams: ReadonlyArray<{ readonly index: number; readonly codec_name?: string; readonly codec_type: string }>
  readonly packets: ReadonlyArray<{ readonly stream_index: number; readonly size: string }>
}

/** Protected samples make no sense to a parser, which would join and split them. */
const AS_STORED = ['-fflags', '+noparse']
/** A protected key picture looks like any other to ffmpeg, which would wait for one. */
const FROM_THE_FIRST = ['-copyinkf']

/** Every stream of a clear or protected ASF file with its samples, as ffmpeg takes them out; nothing is decoded. */
export const streamSamples = async (path: string): Promise<ReadonlyArray<ReadStream>> => {
  const entries = ['-show_entries', 'stream=index,codec_name,codec_type:packet=stream_index,size']
  const probed = await outputOf('ffprobe', ['-v', 'error', '-of', 'json', ...AS_STORED, ...entries, '-i', path])
  const { streams, packets } = JSON.parse(probed.toString('utf8')) as Probed
  return Promise.all(
    streams.map(async ({ index, codec_name = '', codec_type }) => {
      const sizes = packets.filter(({ stream_index }) => stream_index === index).map(({ size }) => Number(size))
      const copy = ['-map', `0:${String(index)}`, '-c', 'copy', ...FROM_THE_FIRST, '-f', 'data', '-']
      const bytes = await outputOf('ffmpeg', ['-nostdin', '-v', 'quiet', ...AS_STORED, '-i', path, ...copy])
      return { index, codec: `${codec_type} ${codec_name}`, samples: cut(bytes, sizes) }
    })
  )
}

const cut = (bytes: Buffer, sizes: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  let at = 0
  const samples = sizes.map((size) => {
    at += size
    return bytes.subarray(at - size, at)
  })
  if (at !== bytes.length) throw new Error(`samples of ${String(at)} bytes in all, ${String(bytes.length)} bytes read`)
  return samples
}
