/** Writes syntax elements as ITU-T H.264 spells them, bit by bit as text: slow, and plain to see through. */
export interface BitWriter {
  readonly u: (bits: number, value: number) => void
  readonly flag: (value: boolean) => boolean
  readonly ue: (value: number) => void
  readonly se: (value: number) => void
  /** Bits so far. */
  readonly length: () => number
  readonly text: () => string
}

/** Nothing written yet. */
export const createBitWriter = (): BitWriter => {
  let written = ''
  const u = (bits: number, value: number): void => {
    if (bits > 0) written += value.toString(2).padStart(bits, '0')
  }
  const ue = (value: number): void => {
    const digits = (value + 1).toString(2)
    written += '0'.repeat(digits.length - 1) + digits
  }
  return {
    u,
    ue,
    se: (value) => ue(value > 0 ? 2 * value - 1 : -2 * value),
    flag: (value) => {
      u(1, value ? 1 : 0)
      return value
    },
    length: () => written.length,
    text: () => written,
  }
}

/** A NAL unit from the bits of its header byte and payload: trailing bits added, emulation prevention put in. */
export const nalFromBits = (text: string): Uint8Array => {
  const whole = `${text}1`
  const padded = whole.padEnd(Math.ceil(whole.length / 8) * 8, '0')
  const bytes = (padded.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))
  const escaped: number[] = []
  for (const byte of bytes) {
    if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3)
    escaped.push(byte)
  }
  return Uint8Array.from(escaped)
}

/** NAL units behind start codes of four bytes. */
export const annexB = (units: ReadonlyArray<Uint8Array>): Uint8Array =>
  Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]))
