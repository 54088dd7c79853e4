import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import { readAsfHeader } from '../asf/header/read-asf-header'
import { inspectAsf } from '../asf/inspect/inspect-asf'
import type { PipelineFault } from '../fault/pipeline-fault'
import type { ByteSource } from '../io/byte-source'
import { readFully } from '../io/read-fully'
import { replaySource } from '../io/replay-source'
import { inspectMp4 } from '../isobmff/read/inspect-mp4'
import { isMp4Start } from '../isobmff/read/mp4-start'
import type { MediaReport } from '../media/media-report'

/** Enough for a GUID and for the first box header. */
const SNIFFED_BYTES = 16

/**
 * Walks through a media file of any container that is known, protected or not, and counts what is there. A damaged or
 * truncated file is reported as far as it goes, with warnings.
 *
 * @errors `MalformedMedia` at the first byte for a file that is no media file; `SourceFailed`.
 */
export const inspectMedia =
  (source: ByteSource): TE.TaskEither<PipelineFault, MediaReport> =>
  async () => {
    const start = new Uint8Array(SNIFFED_BYTES)
    const read = await readFully(source, start)
    if (E.isLeft(read)) return read
    const ahead = start.subarray(0, read.right)
    const whole = replaySource(ahead, source)
    if (isMp4Start(ahead)) return await inspectMp4(whole)()
    const header = await readAsfHeader(whole)()
    return E.isLeft(header) ? header : await inspectAsf(whole, header.right)()
  }
