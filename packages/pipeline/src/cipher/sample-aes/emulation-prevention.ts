const PREVENTION = 3
const LARGEST_ESCAPED = 3

/** How many bytes {@link escapeNal} adds. */
const escapesIn = (nal: Uint8Array): number => {
  let [zeros, escapes] = [0, 0]
  for (const byte of nal) {
    if (zeros >= 2 && byte <= LARGEST_ESCAPED) {
      escapes += 1
      zeros = 0
    }
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return escapes
}

/** Puts a byte 3 between two zeros and any byte from 0 to 3. @source ISO/IEC 14496-10, 7.4.1 */
export const escapeNal = (nal: Uint8Array): Uint8Array<ArrayBuffer> => {
  const escaped = new Uint8Array(nal.length + escapesIn(nal))
  let [zeros, at] = [0, 0]
  for (const byte of nal) {
    if (zeros >= 2 && byte <= LARGEST_ESCAPED) {
      escaped[at++] = PREVENTION
      zeros = 0
    }
    escaped[at++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return escaped
}

/** Takes out what {@link escapeNal} put in: the byte 3 behind two zeros. */
export const unescapeNal = (nal: Uint8Array): Uint8Array<ArrayBuffer> => {
  const plain = new Uint8Array(nal.length)
  let [zeros, at] = [0, 0]
  for (const byte of nal) {
    if (zeros >= 2 && byte === PREVENTION) {
      zeros = 0
      continue
    }
    plain[at++] = byte
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return plain.slice(0, at)
}
