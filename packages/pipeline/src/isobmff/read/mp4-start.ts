import { fourccText } from '../fourcc'
import { SHORT_HEADER } from './box-header'
import { viewOf } from './box-fields'

/** Boxes that a file or a segment begins with. */
const FIRST_TYPES: ReadonlySet<string> = new Set([
  'ftyp', 'styp', 'moov', 'moof', 'sidx', 'emsg', 'mdat', 'free', 'skip', 'wide', 'pnot',
])

/**
 * Tells from the first bytes whether a file is MP4 (or QuickTime, or a segment of either).
 *
 * @param bytes From the start of the file; 8 are enough, fewer are never MP4.
 */
export const isMp4Start = (bytes: Uint8Array): boolean => {
  if (bytes.length < SHORT_HEADER || !FIRST_TYPES.has(fourccText(bytes, 4))) return false
  const size = viewOf(bytes).getUint32(0)
  return size === 0 || size === 1 || size >= SHORT_HEADER
}
