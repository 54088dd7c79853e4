import { createHash } from 'node:crypto'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { joinBytes } from '../asf/bytes/join-bytes'
import type { PipelineFault } from '../fault/pipeline-fault'
import type { ByteSource } from '../io/byte-source'
import { replaySource } from '../io/replay-source'
import { describeMovie, readLeadingMovie } from '../isobmff/read/leading-movie'
import type { Movie } from '../isobmff/read/movie'
import { tracksByNumber, type OpenFile } from './open-file'

/** An MP4 file whose header was read; its source gives the whole file once more. */
export interface Mp4File extends OpenFile {
  readonly container: 'mp4'
  readonly movie: Movie
}

/**
 * Reads an MP4 file up to the end of its movie header. What was read is held, for the samples are found by it.
 *
 * @errors `MalformedMedia`, `TruncatedMedia` with the byte offset; `UnsupportedMedia` for media bytes in front of the header that
 * lists them, where the source can only be read in order, and for more other bytes in front of it than are held; `SourceFailed`.
 */
export const openMp4 =
  (source: ByteSource): TE.TaskEither<PipelineFault, Mp4File> =>
  async () => {
    const ahead: Uint8Array[] = []
    let kept = 0
    const held: ByteSource = {
      ...source,
      read: (into) =>
        pipe(
          source.read(into),
          TE.map((length) => {
            kept += length
            // For what reads on, the file ends here.
            if (kept > MOST_AHEAD) return 0
            if (length > 0) ahead.push(into.slice(0, length))
            return length
          })
        ),
    }
    const leading = await readLeadingMovie(held)
    if (kept > MOST_AHEAD) return E.left(tooFar)
    if (E.isLeft(leading)) return leading
    const { movie, end, behind } = leading.right
    const bytes = joinBytes(ahead)
    const description = describeMovie(movie)
    return E.right({
      container: 'mp4',
      source: replaySource(bytes, source),
      movie,
      description,
      tracks: tracksByNumber(description),
      digest: createHash('sha256').update(behind ?? bytes.subarray(0, end)).digest('base64url'),
    })
  }

/** Bytes that are held: the largest header there may be, and what usually stands in front of one. */
const MOST_AHEAD = 80 * 1024 * 1024

const tooFar: PipelineFault = { type: 'UnsupportedMedia', at: MOST_AHEAD, what: 'a movie header that does not end in the first 80 MiB' }
