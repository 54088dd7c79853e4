import { setNal, type NalTable } from './nal-table'

/** Bytes of `00 00 01`; a start code with one more zero in front is a zero that belongs to nobody, and then this. */
const START_CODE_BYTES = 3

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

/** Offset of the next `00 00 01` that lies in the range, or `end`. The third byte says how far to leap. */
export const nextStartCode = (bytes: Uint8Array, from: number, end: number): number => {
  let third = from + 2
  while (third < end) {
    const byte = bytes[third] ?? 0
    if (byte > 1) third += 3
    else if (byte === 0) third += 1
    else if (bytes[third - 1] === 0 && bytes[third - 2] === 0) return third - 2
    else third += 3
  }
  return end
}

const withoutZeros = (bytes: Uint8Array, start: number, end: number): number => {
  let last = end
  while (last > start && bytes[last - 1] === 0) last -= 1
  return last
}
