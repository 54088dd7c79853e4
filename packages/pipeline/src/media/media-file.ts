import { createHash } from 'node:crypto'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { describeAsf } from '../asf/describe/describe-asf'
import type { AsfHeader } from '../asf/header/asf-header'
import { readAsfHeader } from '../asf/header/read-asf-header'
import type { PipelineFault } from '../fault/pipeline-fault'
import type { ByteSource } from '../io/byte-source'
import type { MediaDescription, TrackDescription } from './media-description'

/** An ASF file whose header was read and whose samples come next. */
export interface MediaFile {
  /** SHA-256 of the bytes in front of the first packet, base64url: names the file in the log. */
  readonly digest: string
  readonly source: ByteSource
  readonly header: AsfHeader
  readonly description: MediaDescription
  readonly tracks: ReadonlyMap<number, TrackDescription>
}

/**
 * Reads the header of an ASF file up to its first packet.
 *
 * @errors `MalformedMedia`, `TruncatedMedia`, `UnsupportedMedia` with the byte offset; `SourceFailed`.
 */
export const openMedia = (source: ByteSource): TE.TaskEither<PipelineFault, MediaFile> => {
  const hash = createHash('sha256')
  const hashed: ByteSource = {
    ...source,
    read: (into) =>
      pipe(
        source.read(into),
        TE.map((length) => {
          hash.update(into.subarray(0, length))
          return length
        })
      ),
  }
  return pipe(
    readAsfHeader(hashed),
    TE.map((header) => {
      const description = describeAsf(header)
      const tracks = new Map(description.tracks.map((track) => [track.number, track]))
      return { source, header, description, tracks, digest: hash.digest('base64url') }
    })
  )
}
