import type { AsfStream } from '../header/asf-header'
import type { StreamMarks } from '../header/stream-properties'

/** How the header of a new file differs from its template. */
export interface HeaderChanges {
  /** Numbers of the streams whose payloads are protected. */
  readonly encryptedStreams: ReadonlySet<number>
  /** Numbers of the streams that carry the Encryption sample ID. */
  readonly sampleIds: ReadonlySet<number>
  /** Complete objects in place of the template's protection objects in the header. */
  readonly protectionObjects: ReadonlyArray<Uint8Array>
  /** Complete objects in place of the template's protection objects in the header extension. */
  readonly extensionObjects: ReadonlyArray<Uint8Array>
  /** Sound that the template says is spread was put in playing order. Taken to be so of clear sound only, unless told. */
  readonly inOrder?: boolean
  /** By stream number, of video: in place of what the template has behind its bitmap header. */
  readonly privateData?: ReadonlyMap<number, Uint8Array>
  /** In place of the template's title; the other texts of its Content Description stay. */
  readonly title?: string
}

/** What the Stream Properties must say. The demuxer puts spread audio in order unless it is protected. */
export const marksOf = (stream: AsfStream, { encryptedStreams, inOrder = false }: HeaderChanges): StreamMarks => ({
  encrypted: encryptedStreams.has(stream.number),
  inOrder: inOrder || !stream.encrypted,
})
