import { utf8 } from './utf8'

const LENGTH_BYTES = 4
const LARGEST_PART = 2 ** 32 - 1

/**
 * The bytes that are hashed or derived from: label, a zero byte, then each part behind its length (4 bytes,
 * big-endian). Two different tuples never have the same bytes. The array has memory of its own: wipe it where a part
 * is secret.
 */
export const tuple = (label: string, ...parts: ReadonlyArray<Uint8Array>): Uint8Array<ArrayBuffer> => {
  if (label.includes('\0')) throw new RangeError('a tuple label holds no zero byte')
  const head = utf8(label)
  const body = parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0)
  const bytes = new Uint8Array(head.length + 1 + body)
  const view = new DataView(bytes.buffer)
  bytes.set(head)
  parts.reduce((at, part) => {
    if (part.length > LARGEST_PART) throw new RangeError('a tuple part is at most 4 GiB - 1 byte')
    view.setUint32(at, part.length)
    bytes.set(part, at + LENGTH_BYTES)
    return at + LENGTH_BYTES + part.length
  }, head.length + 1)
  return bytes
}
