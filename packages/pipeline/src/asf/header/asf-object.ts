import { readU64 } from '../bytes/read-little-endian'
import { writeU64 } from '../bytes/write-little-endian'
import { GUID_BYTES, guidBytes, readGuid } from '../guid/guid-text'
import type { GuidText } from '../guid/guid-text'
import type { WarningLog } from '../../media/warning-log'

/** GUID and 64-bit size in front of every object; the size counts them. */
export const OBJECT_FRAME = 24

/** Bound on the objects of one level, far above any real header. */
const MOST_OBJECTS = 10_000

/** One object as it stands in the file. What is not understood is kept and carried through. */
export interface AsfObject {
  readonly guid: GuidText
  /** Byte offset in the file. */
  readonly at: number
  /** The whole object, its 24-byte frame included. */
  readonly bytes: Uint8Array
}

/** The bytes after the object's frame. */
export const bodyOf = (object: AsfObject): Uint8Array => object.bytes.subarray(OBJECT_FRAME)

/** Puts the frame in front of a body: GUID in disk order, then the size of both. */
export const buildAsfObject = (guid: GuidText, body: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(OBJECT_FRAME + body.length)
  bytes.set(guidBytes(guid))
  writeU64(bytes, GUID_BYTES, bytes.length)
  bytes.set(body, OBJECT_FRAME)
  return bytes
}

/**
 * Cuts a run of bytes into objects. Ends with a warning at the first object whose size cannot be.
 *
 * @param base Byte offset in the file of the first byte.
 */
export const splitObjects = (
  bytes: Uint8Array,
  base: number,
  warnings: WarningLog
): ReadonlyArray<AsfObject> => {
  const objects: AsfObject[] = []
  let at = 0
  while (bytes.length - at >= OBJECT_FRAME) {
    const size = readU64(bytes, at + GUID_BYTES)
    if (size < OBJECT_FRAME || size > bytes.length - at || objects.length === MOST_OBJECTS) {
      const what = `object ${readGuid(bytes, at)} states ${size} bytes where ${bytes.length - at} are left`
      warnings.add(base + at, objects.length === MOST_OBJECTS ? `more than ${MOST_OBJECTS} objects` : what)
      return objects
    }
    objects.push({ guid: readGuid(bytes, at), at: base + at, bytes: bytes.subarray(at, at + size) })
    at += size
  }
  if (at < bytes.length) warnings.add(base + at, `${bytes.length - at} bytes after the last object`)
  return objects
}
