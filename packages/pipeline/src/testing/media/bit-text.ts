/** Writes syntax elements as ITU-T H.264 spells them, bit by bit as text: slow, and plain to see through. */
export interface BitText {
  readonly u: (bits: number, value: number) => void
  readonly ue: (value: number) => void
  readonly se: (value: number) => void
  readonly text: () => string
}

/** Nothing written yet. @source ITU-T H.264, 7.2 and 9.1 */
export const bitText = (): BitText => {
  let written = ''
  const ue = (value: number): void => {
    const digits = (value + 1).toString(2)
    written += '0'.repeat(digits.length - 1) + digits
  }
  return {
    u: (bits, value) => {
      written += value.toString(2).padStart(bits, '0')
    },
    ue,
    se: (value) => {
      ue(value > 0 ? 2 * value - 1 : -2 * value)
    },
    text: () => written,
  }
}

const BYTE = /.{8}/g
const BITS = 8

/** Bits as whole bytes, filled up with what the syntax has there. */
export const bytesOfBits = (bits: string, fill: '0' | '1' = '0'): Uint8Array => {
  const whole = bits.padEnd(Math.ceil(bits.length / BITS) * BITS, fill)
  return Uint8Array.from(whole.match(BYTE) ?? [], (byte) => Number.parseInt(byte, 2))
}

/** A payload with its stop bit. @source ITU-T H.264, 7.3.2.11 */
export const stopped = (bits: string): Uint8Array => bytesOfBits(`${bits}1`)

/**
 * Puts emulation prevention bytes in, so that no start code comes about.
 *
 * @param mark a place in the payload; answered as the place of the same byte afterwards.
 * @source ITU-T H.264, 7.4.1.1
 */
export const escaped = (payload: Uint8Array, mark = 0): { readonly bytes: Uint8Array; readonly mark: number } => {
  const bytes: number[] = []
  let moved = mark
  payload.forEach((byte, at) => {
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) {
      bytes.push(3)
      if (at <= mark) moved += 1
    }
    bytes.push(byte)
  })
  return { bytes: Uint8Array.from(bytes), mark: moved }
}
