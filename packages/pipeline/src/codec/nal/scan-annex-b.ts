import { setNal, type NalTable } from './nal-table'

/** Bytes of `00 00 01`; a start code with one more zero in front is a zero that belongs to nobody, and then this. */
const START_CODE_BYTES = 3
const START_CODE = Uint8Array.of(0, 0, 1)

/**
 * Finds the NAL units of a byte stream: each from behind a start code to the next one, without the zeros at its end.
 * Empty ones are skipped; bytes before the first start code belong to none.
 *
 * @returns the number of rows of `out` that were filled.
 * @source ITU-T H.264, Annex B
 */
export const scanAnnexB = (bytes: Uint8Array, from: number, to: number, out: NalTable): number => {
  const end = Math.min(to, bytes.length)
  let code = nextStartCode(bytes, from, end)
  let count = 0
  while (code < end) {
    const start = code + START_CODE_BYTES
    code = nextStartCode(bytes, start, end)
    const last = withoutZeros(bytes, start, code)
    if (last > start) {
      setNal(out, count, start, last)
      count += 1
    }
  }
  return count
}

/** Offset of the next `00 00 01` that lies in the range, or `end`. The engine's own search leaps from zero to zero. */
export const nextStartCode = (bytes: Uint8Array, from: number, end: number): number => {
  if (from >= end) return end
  const found = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).indexOf(START_CODE)
  return found < 0 ? end : from + found
}

const withoutZeros = (bytes: Uint8Array, start: number, end: number): number => {
  let last = end
  while (last > start && bytes[last - 1] === 0) last -= 1
  return last
}
