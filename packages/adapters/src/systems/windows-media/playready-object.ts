import * as E from 'fp-ts/Either'

/** One record of a PlayReady Object. Type 1 is a header, 3 an embedded license store. */
export interface PlayReadyRecord {
  readonly type: number
  readonly value: Uint8Array
}

/** Why an object cannot be read. */
export interface PlayReadyObjectFault {
  /** Byte offset in the object. */
  readonly at: number
  readonly expected: string
  readonly found: string
}

/** Type of the record that holds a WRMHEADER. */
export const HEADER_RECORD = 1

const FRONT = 6
const RECORD_FRONT = 4

/**
 * The whole object: length, number of records, then each record with type and length, all little-endian.
 *
 * @source PlayReady Header Specification, 2
 */
export const buildPlayReadyObject = (records: ReadonlyArray<PlayReadyRecord>): Uint8Array => {
  const length = records.reduce((sum, { value }) => sum + RECORD_FRONT + value.length, FRONT)
  const bytes = Buffer.alloc(length)
  bytes.writeUInt32LE(length, 0)
  bytes.writeUInt16LE(records.length, 4)
  let at = FRONT
  for (const { type, value } of records) {
    bytes.writeUInt16LE(type, at)
    bytes.writeUInt16LE(value.length, at + 2)
    bytes.set(value, at + RECORD_FRONT)
    at += RECORD_FRONT + value.length
  }
  return new Uint8Array(bytes)
}

/** Reads an object; the values of its records are views. Bytes behind its stated length are left out. */
export const parsePlayReadyObject = (
  bytes: Uint8Array
): E.Either<PlayReadyObjectFault, ReadonlyArray<PlayReadyRecord>> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < FRONT) return fault(0, 'a PlayReady Object', `${String(bytes.length)} bytes`)
  const length = view.getUint32(0, true)
  if (length < FRONT || length > bytes.length) return fault(0, `a length of ${String(FRONT)} to ${String(bytes.length)}`, String(length))
  const count = view.getUint16(4, true)
  const records: PlayReadyRecord[] = []
  let at = FRONT
  while (records.length < count) {
    const left = length - at
    if (left < RECORD_FRONT) return fault(at, `${String(count - records.length)} more records`, `${String(left)} bytes`)
    const size = view.getUint16(at + 2, true)
    const next = at + RECORD_FRONT + size
    if (next > length) return fault(at + 2, `a record of at most ${String(left - RECORD_FRONT)} bytes`, String(size))
    records.push({ type: view.getUint16(at, true), value: bytes.subarray(at + RECORD_FRONT, next) })
    at = next
  }
  return E.right(records)
}

const fault = (at: number, expected: string, found: string): E.Either<PlayReadyObjectFault, never> =>
  E.left({ at, expected, found })
