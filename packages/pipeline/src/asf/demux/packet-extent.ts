import { GUID_BYTES, guidBytes } from '../guid/guid-text'
import { TOP_LEVEL } from '../guid/top-level-guids'
import type { AsfHeader } from '../header/asf-header'
import { DATA_OBJECT_BYTES } from '../header/asf-header'

/** How many packets a file claims. */
export interface PacketExtent {
  /** Fewer than this is a truncated file; undefined when the file does not say. */
  readonly expected: number | undefined
  /** More than this is not read; Infinity when the file does not say. */
  readonly most: number
  /** The claims contradict each other. */
  readonly disagree: boolean
}

/**
 * Weighs what the two headers say. A broadcast says nothing, and neither does a zero or a Data Object without room
 * for a packet. Of two claims the smaller must be there and the larger may be.
 */
export const packetExtent = ({ file, data }: AsfHeader): PacketExtent => {
  if (file.broadcast) return { expected: undefined, most: Infinity, disagree: false }
  const bySize = Math.floor((data.size - DATA_OBJECT_BYTES) / file.packetSize)
  const claims = [bySize, data.packetCount === 0 ? file.packetCount : data.packetCount].filter(
    (count) => count > 0
  )
  if (claims.length === 0) return { expected: undefined, most: Infinity, disagree: false }
  const expected = Math.min(...claims)
  const most = Math.max(...claims)
  return { expected, most, disagree: expected !== most }
}

const INDEXES = [
  TOP_LEVEL.SimpleIndex,
  TOP_LEVEL.Index,
  TOP_LEVEL.MediaObjectIndex,
  TOP_LEVEL.TimecodeIndex,
].map(guidBytes)

/** Whether a few bytes may be the start of an index object. */
export const indexMayBegin = (bytes: Uint8Array): boolean =>
  INDEXES.some((guid) => bytes.every((byte, index) => guid[index] === byte))

/** True where an index object begins instead of a packet: the data ended before its claim. */
export const indexBegins = (bytes: Uint8Array, at: number, available: number): boolean => {
  if (available < GUID_BYTES) return false
  return INDEXES.some((guid) => {
    for (let index = 0; index < GUID_BYTES; index += 1) if (bytes[at + index] !== guid[index]) return false
    return true
  })
}
