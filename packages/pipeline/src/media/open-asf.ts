import { createHash } from 'node:crypto'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import { describeAsf } from '../asf/describe/describe-asf'
import type { AsfHeader } from '../asf/header/asf-header'
import { readAsfHeader } from '../asf/header/read-asf-header'
import type { PipelineFault } from '../fault/pipeline-fault'
import type { ByteSource } from '../io/byte-source'
import { tracksByNumber, type OpenFile } from './open-file'

/** An ASF file whose header was read; its source gives the first packet next. */
export interface AsfFile extends OpenFile {
  readonly container: 'asf'
  readonly header: AsfHeader
}

/**
 * Reads the header of an ASF file up to its first packet.
 *
 * @errors `MalformedMedia`, `TruncatedMedia`, `UnsupportedMedia` with the byte offset; `SourceFailed`.
 */
export const openAsf = (source: ByteSource): TE.TaskEither<PipelineFault, AsfFile> => {
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
      const tracks = tracksByNumber(description)
      return { container: 'asf', source, header, description, tracks, digest: hash.digest('base64url') }
    })
  )
}
