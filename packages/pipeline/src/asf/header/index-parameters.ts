import { listOf, record, u16, u32 } from '../bytes/fields'

/** A stream of an index and what its entries point to: 1 nearest past packet, 2 object, 3 clean point. */
export const INDEX_SPECIFIER = record({ stream: u16, type: u16 })

/**
 * What an index behind the packets is to hold; `interval` in milliseconds, media objects or entries. The same for the
 * Index, the Media Object Index and the Timecode Index.
 *
 * @source Advanced Systems Format Specification, 4.9, 4.10 and 4.11
 */
export const INDEX_PARAMETERS = record({ interval: u32, specifiers: listOf(u16, INDEX_SPECIFIER) })
