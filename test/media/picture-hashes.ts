import { readFile } from 'node:fs/promises'

import { outputOf } from '../command/run-program'

/** A media file as ffmpeg is to read it; with a key it is read through a pipe and decrypted. */
export interface MediaFile {
  readonly path: string
  /** Hex. */
  readonly key?: string
}

/** One line of ffmpeg's framemd5. */
export interface Hashed {
  readonly size: number
  readonly hash: string
}

/**
 * Runs ffmpeg on a file. A protected one goes through a pipe: from a seekable file of several fragments ffmpeg 5.1
 * takes the sample information of the wrong fragment.
 */
export const ffmpeg = async ({ path, key }: MediaFile, ...words: ReadonlyArray<string>): Promise<Buffer> => {
  const common = ['-nostdin', '-v', 'error']
  if (key === undefined) return outputOf('ffmpeg', [...common, '-i', path, ...words])
  return outputOf('ffmpeg', ['-v', 'error', '-decryption_key', key, '-i', 'pipe:0', ...words], { input: await readFile(path) })
}

/** The same for ffprobe, with its answer as JSON. */
export const ffprobe = async <A>({ path, key }: MediaFile, ...words: ReadonlyArray<string>): Promise<A> => {
  const common = ['-v', 'error', '-of', 'json', ...words]
  const text =
    key === undefined
      ? await outputOf('ffprobe', [...common, '-i', path])
      : await outputOf('ffprobe', [...common, '-decryption_key', key, '-i', 'pipe:0'], { input: await readFile(path) })
  return JSON.parse(text.toString('utf8')) as A
}

const HASH_FIELD = 5
const SIZE_FIELD = 4

/** The hashes of a framemd5 output; what follows the hash (side data) is left out. */
const hashesOf = (text: Buffer): ReadonlyArray<Hashed> =>
  text
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const fields = line.split(',').map((field) => field.trim())
      return { size: Number(fields[SIZE_FIELD]), hash: String(fields[HASH_FIELD]) }
    })

/** Every decoded picture, in the order of presentation. */
export const pictureHashes = async (file: MediaFile): Promise<ReadonlyArray<Hashed>> =>
  hashesOf(await ffmpeg(file, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'))

/** Every sample of a stream as it is stored, in the order of storage. */
export const sampleHashes = async (file: MediaFile, stream: string): Promise<ReadonlyArray<Hashed>> =>
  hashesOf(await ffmpeg(file, '-map', stream, '-c', 'copy', '-f', 'framemd5', '-'))
