const PROFILE_SPACES = ['', 'A', 'B', 'C']
const COMPATIBILITY_AT = 2
const CONSTRAINTS_AT = 6
const LEVEL_AT = 12

const hex = (byte: number): string => byte.toString(16).toUpperCase()

/**
 * Names the codec of a track for manifests, as in `hvc1.1.6.L93.B0`: profile, compatibilities (the flag of profile 0
 * lowest), tier and level, and constraint bytes without the zeros at their end, of its configuration record.
 *
 * @param record an `HEVCDecoderConfigurationRecord` that was parsed before.
 * @source ISO/IEC 14496-15, E.3; RFC 6381, 3.3
 */
export const hevcCodecString = (record: Uint8Array): string => {
  const [, profile = 0] = record
  const tier = (profile & 0x20) === 0 ? 'L' : 'H'
  const constraints = Array.from(record.subarray(CONSTRAINTS_AT, LEVEL_AT))
  while (constraints.length > 0 && constraints[constraints.length - 1] === 0) constraints.pop()
  return [
    'hvc1',
    `${PROFILE_SPACES[profile >> 6] ?? ''}${profile & 0x1f}`,
    hexReversed(record.subarray(COMPATIBILITY_AT, CONSTRAINTS_AT)),
    `${tier}${record[LEVEL_AT] ?? 0}`,
    ...constraints.map(hex),
  ].join('.')
}

const hexReversed = (bytes: Uint8Array): string => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return parseInt(Array.from(bits).reverse().join(''), 2).toString(16).toUpperCase()
}
