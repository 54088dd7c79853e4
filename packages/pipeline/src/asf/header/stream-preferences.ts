import { guid, listOf, record, u16, u32, u8 } from '../bytes/fields'

/** Streams, the most important first; bit 0 of the flags: mandatory. @source Advanced Systems Format Specification, 4.4 */
export const STREAM_PRIORITIZATION = listOf(u16, record({ stream: u16, flags: u16 }))

/** Streams that share their bit rate. `buffer` in milliseconds. @source Advanced Systems Format Specification, 4.5 */
export const BANDWIDTH_SHARING = record({ type: guid, bitrate: u32, buffer: u32, streams: listOf(u16, u16) })

/** Reserved for future use. @source Advanced Systems Format Specification, 4.12 */
export const COMPATIBILITY = record({ profile: u8, mode: u8 })
