const U32 = 0x1_0000_0000
const FULL_BOX_VERSION_SHIFT = 24

/** Writes boxes in place, one after the other, most significant byte first. */
export interface ByteCursor {
  readonly view: DataView
  readonly bytes: Uint8Array
  at: number
}

/** Starts at the front of a fresh run of bytes. */
export const byteCursor = (size: number): ByteCursor => {
  const bytes = new Uint8Array(size)
  return { view: new DataView(bytes.buffer), bytes, at: 0 }
}

/** One byte. */
export const put8 = (cursor: ByteCursor, value: number): void => {
  cursor.view.setUint8(cursor.at, value)
  cursor.at += 1
}

/** Two bytes. */
export const put16 = (cursor: ByteCursor, value: number): void => {
  cursor.view.setUint16(cursor.at, value)
  cursor.at += 2
}

/** Four bytes; negative numbers are written as two's complement. */
export const put32 = (cursor: ByteCursor, value: number): void => {
  cursor.view.setUint32(cursor.at, value)
  cursor.at += 4
}

/** Eight bytes of a number that is whole, not negative and at most 2^53 − 1. */
export const put64 = (cursor: ByteCursor, value: number): void => {
  put32(cursor, Math.floor(value / U32))
  put32(cursor, value % U32)
}

/** Size and type. `type` is the FOURCC as a number. */
export const putBox = (cursor: ByteCursor, size: number, type: number): void => {
  put32(cursor, size)
  put32(cursor, type)
}

/** Size, type, version and flags. */
export const putFullBox = (
  cursor: ByteCursor,
  size: number,
  type: number,
  version: number,
  flags: number
): void => {
  putBox(cursor, size, type)
  put32(cursor, (version << FULL_BOX_VERSION_SHIFT) | flags)
}
