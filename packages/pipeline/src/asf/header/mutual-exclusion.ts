import { guid, listOf, record, u16 } from '../bytes/fields'

/**
 * Streams of which one is played at a time. `type` says by what they differ: language, bit rate, or something else.
 *
 * @source Advanced Systems Format Specification, 3.8 and 4.2: Bitrate and Advanced Mutual Exclusion
 */
export const MUTUAL_EXCLUSION = record({ type: guid, streams: listOf(u16, u16) })

/** Groups of streams of which one is played at a time. @source Advanced Systems Format Specification, 4.3 */
export const GROUP_MUTUAL_EXCLUSION = record({ type: guid, groups: listOf(u16, listOf(u16, u16)) })
