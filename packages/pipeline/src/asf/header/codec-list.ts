import type { FieldValue } from '../bytes/fields'
import { blob, guid, listOf, record, textOfUnits, u16, u32 } from '../bytes/fields'

/**
 * The codecs in words, informative only. `type` is 1 for video and 2 for audio; `info` holds the FOURCC or the format tag.
 *
 * @source Advanced Systems Format Specification, 3.5
 */
export const CODEC_LIST = record({
  reserved: guid,
  codecs: listOf(u32, record({ type: u16, name: textOfUnits(u16), description: textOfUnits(u16), info: blob(u16) })),
})

/** One codec of the list. */
export type ListedCodec = FieldValue<typeof CODEC_LIST>['codecs'][number]
