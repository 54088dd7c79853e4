/** Types that do not travel in samples: parameter sets, delimiters, filler. @source ITU-T H.264, Table 7-1 */
const LEFT_OUT: ReadonlySet<number> = new Set([7, 8, 9, 12])

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const travels = (unit: Uint8Array): boolean => unit.length > 0 && !LEFT_OUT.has((unit[0] ?? 0) & 0x1f)

/** The same of H.265. @source ITU-T H.265, Table 7-1 */
const LEFT_OUT_OF_HEVC: ReadonlySet<number> = new Set([32, 33, 34, 35, 38])

const hevcTravels = (unit: Uint8Array): boolean => unit.length > 0 && !LEFT_OUT_OF_HEVC.has(((unit[0] ?? 0) >> 1) & 0x3f)

const startCodeUnits = (sample: Uint8Array, kept: (unit: Uint8Array) => boolean): ReadonlyArray<string> =>
  Buffer.from(sample)
    .toString('latin1')
    .split(/\0*\0\0\x01/)
    .map((unit) => Uint8Array.from(Buffer.from(unit.replace(/\0+$/, ''), 'latin1')))
    .filter(kept)
    .map(hexOf)

/** The NAL units of a sample with start codes, hex; those that do not travel left out. The normal form of law P2. */
export const annexBUnits = (sample: Uint8Array): ReadonlyArray<string> => startCodeUnits(sample, travels)

/** The same of H.265. */
export const hevcUnits = (sample: Uint8Array): ReadonlyArray<string> => startCodeUnits(sample, hevcTravels)

/** The NAL units of a sample with lengths that travel, hex: the normal form of what may hold others too. */
export const travellingUnits = (sample: Uint8Array): ReadonlyArray<string> =>
  lengthPrefixedUnits(sample).filter((unit) => travels(Uint8Array.from(Buffer.from(unit, 'hex'))))

/** The NAL units of a sample with lengths of four bytes, hex. */
export const lengthPrefixedUnits = (sample: Uint8Array): ReadonlyArray<string> => {
  const units: string[] = []
  const view = Buffer.from(sample)
  for (let at = 0; at < view.length; ) {
    const length = view.readUInt32BE(at)
    if (length === 0 || at + 4 + length > view.length) throw new Error(`length ${length} at ${at} of ${view.length}`)
    units.push(hexOf(view.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return units
}
