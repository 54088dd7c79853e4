const TYPE_MASK = 0x1f
/** Sequence and picture parameter sets, access unit delimiter. @source ITU-T H.264, Table 7-1 */
const CARRIED_ELSEWHERE = new Set([7, 8, 9])

/**
 * The NAL units of an Annex B stream, as hex, without parameter sets and delimiters: those may stand in a header
 * instead, or be left out, without another picture being shown.
 */
export const pictureNalUnits = (annexB: Buffer): ReadonlyArray<string> => {
  const starts = startCodes(annexB)
  return starts
    .map((start, index) => trimmed(annexB.subarray(start, (starts[index + 1] ?? annexB.length + 3) - 3)))
    .filter((unit) => unit.length > 0 && !CARRIED_ELSEWHERE.has((unit[0] ?? 0) & TYPE_MASK))
    .map((unit) => unit.toString('hex'))
}

/** Where each NAL unit begins, behind its start code of three bytes. */
const startCodes = (bytes: Buffer): ReadonlyArray<number> => {
  const found: number[] = []
  let at = bytes.indexOf('000001', 0, 'hex')
  while (at >= 0) {
    found.push(at + 3)
    at = bytes.indexOf('000001', at + 3, 'hex')
  }
  return found
}

/** Zeros before a start code belong to it, or are trailing zeros; a NAL unit never ends in one. */
const trimmed = (unit: Buffer): Buffer => {
  let end = unit.length
  while (end > 0 && unit[end - 1] === 0) end -= 1
  return unit.subarray(0, end)
}
