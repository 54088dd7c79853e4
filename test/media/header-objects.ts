/** The Header Object's children, by the sizes that they state. @source docs/reference/asf.md §2 */
const CHILDREN_AT = 30
const COUNT_AT = 24
const SIZE_AT = 16
const STREAM_PROPERTIES = Buffer.from('9107dcb7b7a9cf118ee600c00c205365', 'hex')
const FLAGS_HIGH_BYTE = 73
const ENCRYPTED = 0x80

/** GUID in disk order, 64-bit size, body. */
export const asfObject = (guid: string, ...body: ReadonlyArray<Buffer>): Buffer => {
  const front = Buffer.alloc(24)
  front.write(guid, 'hex')
  front.writeBigUInt64LE(BigInt(24 + body.reduce((sum, { length }) => sum + length, 0)), SIZE_AT)
  return Buffer.concat([front, ...body])
}

/** A 32-bit length in front of bytes. */
export const counted = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** An ASF file with more objects at the end of its header, and all its streams marked as protected. */
export const withProtection = (asf: Buffer, ...objects: ReadonlyArray<Buffer>): Buffer => {
  const end = Number(asf.readBigUInt64LE(SIZE_AT))
  const header = Buffer.concat([asf.subarray(0, end), ...objects])
  header.writeBigUInt64LE(BigInt(header.length), SIZE_AT)
  header.writeUInt32LE(header.readUInt32LE(COUNT_AT) + objects.length, COUNT_AT)
  for (let at = CHILDREN_AT; at < end; at += Number(header.readBigUInt64LE(at + SIZE_AT))) {
    if (!header.subarray(at, at + 16).equals(STREAM_PROPERTIES)) continue
    header.writeUInt8(header.readUInt8(at + FLAGS_HIGH_BYTE) | ENCRYPTED, at + FLAGS_HIGH_BYTE)
  }
  return Buffer.concat([header, asf.subarray(end)])
}
