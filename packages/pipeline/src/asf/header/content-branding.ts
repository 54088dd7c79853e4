import { asciiOf, blob, record, u32 } from '../bytes/fields'

/**
 * A picture of the owner and where it leads. `imageType`: 0 none, 1 bitmap, 2 JPEG, 3 GIF.
 *
 * @source Advanced Systems Format Specification, 3.13
 */
export const CONTENT_BRANDING = record({
  imageType: u32,
  image: blob(u32),
  imageUrl: asciiOf(u32),
  copyrightUrl: asciiOf(u32),
})
