import type { AsfStream } from '../header/asf-header'
import type { AsfObject } from '../header/asf-object'
import { markStreamProperties, withTypeSpecific } from '../header/stream-properties'
import { withPrivateData } from '../stream/video-format'
import { marksOf, type HeaderChanges } from './header-changes'

/** The Stream Properties Object of a stream as the new file has it; all that need not change stays. */
export const changedStream = (object: AsfObject, stream: AsfStream, changes: HeaderChanges): Uint8Array => {
  const marked = markStreamProperties(object, marksOf(stream, changes))
  const privateData = changes.privateData?.get(stream.number)
  if (privateData === undefined || stream.video === undefined) return marked
  return withTypeSpecific(marked, withPrivateData(stream.typeSpecific, privateData))
}
