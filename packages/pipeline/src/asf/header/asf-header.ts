import type { MediaWarning, ProtectionHeader } from '../../media/media-description'
import type { AsfObject } from './asf-object'
import type { ContentDescription } from './content-description'
import type { ExtendedStreamProperties } from './extended-stream-properties'
import type { FileProperties } from './file-properties'
import type { StreamProperties } from './stream-properties'

/** One stream: its Stream Properties with what the Extended Stream Properties add. */
export interface AsfStream extends StreamProperties {
  /** Byte offset of its Stream Properties Object in the file. */
  readonly at: number
  /** Its Stream Properties stand only inside the Extended Stream Properties. */
  readonly hidden: boolean
  readonly extended?: ExtendedStreamProperties
  /** RFC 1766 tag. */
  readonly language?: string
  /** Bits per second, 0 when unknown. */
  readonly bitrate: number
}

/** What the 50 bytes in front of the packets say. */
export interface AsfDataObject {
  /** Byte offset in the file. */
  readonly at: number
  /** As stated; 0 or 50 when the writer did not know. */
  readonly size: number
  readonly packetCount: number
  /** Byte offset of the first packet. */
  readonly firstPacketAt: number
}

/** Everything in front of the first packet. */
export interface AsfHeader {
  /** Bytes of the Header Object. */
  readonly size: number
  readonly file: FileProperties
  /** In the order of the file; numbers are unique. */
  readonly streams: ReadonlyArray<AsfStream>
  readonly description: ContentDescription | undefined
  readonly languages: ReadonlyArray<string>
  /** The objects of rights systems, from the header and its extension. */
  readonly protection: ReadonlyArray<ProtectionHeader>
  /** Every object of the Header Object, in order, as it stands. */
  readonly objects: ReadonlyArray<AsfObject>
  /** Every object of the Header Extension, in order, as it stands. */
  readonly extensionObjects: ReadonlyArray<AsfObject>
  readonly data: AsfDataObject
  readonly warnings: ReadonlyArray<MediaWarning>
}

/** Size of the Data Object's part in front of the packets. */
export const DATA_OBJECT_BYTES = 50
