const U8_END = 0x100
const U16_END = 0x1_0000
const U32_END = 0x1_0000_0000
const I32_END = 0x8000_0000
const I64_SAFE = Number.MAX_SAFE_INTEGER

const within = (value: number, least: number, end: number): void => {
  if (Number.isInteger(value) && value >= least && value < end) return
  throw new RangeError(`${value} is no whole number from ${least} to ${end - 1}`)
}

/** Single bytes. @errors Throws `RangeError` past 0 to 255, as do its wider siblings past theirs. */
export const u8 = (...values: ReadonlyArray<number>): Uint8Array => {
  for (const value of values) within(value, 0, U8_END)
  return Uint8Array.from(values)
}

/** 16-bit numbers, most significant byte first. */
export const u16 = (...values: ReadonlyArray<number>): Uint8Array => {
  const bytes = new Uint8Array(2 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    within(value, 0, U16_END)
    view.setUint16(2 * index, value)
  })
  return bytes
}

/** 32-bit numbers, most significant byte first. */
export const u32 = (...values: ReadonlyArray<number>): Uint8Array => {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    within(value, 0, U32_END)
    view.setUint32(4 * index, value)
  })
  return bytes
}

/** One signed 32-bit number, most significant byte first. */
export const i32 = (value: number): Uint8Array => {
  within(value, -I32_END, I32_END)
  return u32(value >>> 0)
}

/** One 64-bit number, most significant byte first; whole and not past 2^53 − 1, as JavaScript counts. */
export const u64 = (value: number): Uint8Array => {
  within(value, 0, I64_SAFE)
  return u32(Math.floor(value / U32_END), value >>> 0)
}

/** Characters of a box type, brand or name. @errors Throws `RangeError` past ASCII. */
export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0)
    within(code, 0, 0x80)
    return code
  })
