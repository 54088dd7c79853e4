/** A secret in one spelling. */
export interface CodedForm {
  readonly name: string
  readonly bytes: Uint8Array
  /** How many consecutive bytes of the spelling tell of 16 of the secret. */
  readonly least: number
  /** By how many fewer different bytes its pieces are still telling: half of the bytes of 16-bit text are zero. */
  readonly lessDistinct: number
}

const RUN = 16
const encoder = new TextEncoder()

/**
 * Base64 spells three bytes at a time. A secret somewhere in longer data begins at one of three places in a group, and is
 * then spelled like itself without its first 0, 1 or 2 bytes; of 16 bytes 18 letters are sure.
 */
const BASE64_RUN = 18
const GROUP = 3

/** The bytes as they are. */
export const rawForm = (secret: Uint8Array): ReadonlyArray<CodedForm> => [{ name: 'raw', bytes: secret, least: RUN, lessDistinct: 0 }]

/** The spellings that a leak could have. */
export const codedForms = (secret: Uint8Array): ReadonlyArray<CodedForm> => {
  const text = Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
  const spelled = (name: string, spelling: string, least: number): CodedForm => ({
    name,
    bytes: encoder.encode(spelling),
    least,
    lessDistinct: 0,
  })
  const alignments = Array.from({ length: GROUP }, (_, skipped) => text.subarray(skipped))
  return [
    ...rawForm(secret),
    spelled('hex', text.toString('hex'), 2 * RUN),
    spelled('hex', text.toString('hex').toUpperCase(), 2 * RUN),
    ...alignments.map((part) => spelled('base64', part.toString('base64'), BASE64_RUN)),
    ...alignments.map((part) => spelled('base64url', part.toString('base64url'), BASE64_RUN)),
    { name: 'utf-16', bytes: wide(secret), least: 2 * RUN, lessDistinct: 2 },
    // Letters above 127 take two bytes.
    { ...spelled('latin-1 as utf-8', text.toString('latin1'), RUN), lessDistinct: 1 },
    spelled('decimal', secret.join(','), 2 * RUN),
  ]
}

const wide = (secret: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(2 * secret.length)
  secret.forEach((byte, index) => {
    bytes[2 * index] = byte
  })
  return bytes
}
