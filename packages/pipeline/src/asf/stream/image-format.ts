import { record, u32, fieldCursor } from '../bytes/fields'

/** Size of the pictures of a JFIF or Degradable JPEG stream. */
export interface ImageFormat {
  readonly width: number
  readonly height: number
}

/** Both kinds begin with it. @source Advanced Systems Format Specification, 9.4 */
const IMAGE_FORMAT = record<ImageFormat>({ width: u32, height: u32 })

/** Reads the type-specific data of a stream of pictures. Undefined when it is too short. */
export const parseImageFormat = (bytes: Uint8Array): ImageFormat | undefined => {
  const cursor = fieldCursor(bytes)
  const format = IMAGE_FORMAT(cursor)
  return cursor.short ? undefined : format
}
