import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import type { PipelineFault } from '../fault/pipeline-fault'
import type { ByteSource } from '../io/byte-source'
import { readFully } from '../io/read-fully'
import { replaySource } from '../io/replay-source'
import { isMp4Start } from '../isobmff/read/mp4-start'
import { openAsf, type AsfFile } from './open-asf'
import { openMp4, type Mp4File } from './open-mp4'

/** A file whose header was read and whose samples come next. */
export type MediaFile = AsfFile | Mp4File

/** Enough for a GUID and for the first box header. */
const SNIFFED_BYTES = 16

/**
 * Reads the header of a file in any container that is known, up to where its samples begin.
 *
 * @errors `MalformedMedia`, `TruncatedMedia`, `UnsupportedMedia` with the byte offset; `SourceFailed`.
 */
export const openMedia =
  (source: ByteSource): TE.TaskEither<PipelineFault, MediaFile> =>
  async (): Promise<E.Either<PipelineFault, MediaFile>> => {
    const start = new Uint8Array(SNIFFED_BYTES)
    const read = await readFully(source, start)
    if (E.isLeft(read)) return read
    const ahead = start.subarray(0, read.right)
    const whole = replaySource(ahead, source)
    return isMp4Start(ahead) ? openMp4(whole)() : openAsf(whole)()
  }
