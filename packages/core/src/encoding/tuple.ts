const LENGTH_BYTES = 4
const LARGEST_PART = 2 ** 32 - 1

const lengthOf = (part: Uint8Array | string): number => (typeof part === 'string' ? Buffer.byteLength(part) : part.length)

/**
 * The bytes that are hashed or derived from: label, a zero byte, then each part behind its length (4 bytes,
 * big-endian); text as UTF-8. Two different tuples never have the same bytes. The array has memory of its own: wipe it where
 * a part is secret.
 */
export const tuple = (label: string, ...parts: ReadonlyArray<Uint8Array | string>): Uint8Array<ArrayBuffer> => {
  if (label.includes('\0')) throw new RangeError('a tuple label holds no zero byte')
  let length = Buffer.byteLength(label) + 1
  for (const part of parts) length += LENGTH_BYTES + lengthOf(part)
  const bytes = Buffer.allocUnsafeSlow(length)
  let at = bytes.write(label)
  bytes[at++] = 0
  for (const part of parts) {
    if (part.length > LARGEST_PART) throw new RangeError('a tuple part is at most 4 GiB - 1 byte')
    const start = at + LENGTH_BYTES
    if (typeof part === 'string') at = start + bytes.write(part, start)
    else {
      bytes.set(part, start)
      at = start + part.length
    }
    bytes.writeUInt32BE(at - start, start - LENGTH_BYTES)
  }
  return bytes
}
