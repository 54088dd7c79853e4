/**
 * Packs fields one after the other, the highest bit first; what is left of the last byte is zero.
 *
 * @param fields values, each with its number of bits, 0 to 32.
 */
export const putBits = (...fields: ReadonlyArray<readonly [value: number, bits: number]>): Uint8Array => {
  const total = fields.reduce((sum, [, bits]) => sum + bits, 0)
  const bytes = new Uint8Array(Math.ceil(total / 8))
  let at = 0
  for (const [value, bits] of fields) {
    for (let bit = bits - 1; bit >= 0; bit -= 1) {
      const one = Math.floor(value / 2 ** bit) % 2
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (one << (7 - (at & 7)))
      at += 1
    }
  }
  return bytes
}
