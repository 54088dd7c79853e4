import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

const MAX_TEXT_BYTES = 256
const MAX_LIST = 256
/** One more than the greatest value: a signed 32-bit number in the platform's structures. */
const COUNT_END = 2 ** 31
const MAX_HOURS = 876_000
const U64 = /^(?:0|[1-9][0-9]{0,19})$/
const U64_END = 1n << 64n

/** U+0000 to U+001F and U+007F to U+009F. */
const CONTROL = /\p{Cc}/u

const refined = <A, O>(codec: t.Type<A, O>, fits: (value: A) => boolean, name: string): t.Type<A, O> =>
  new t.RefinementType(
    name,
    (value): value is A => codec.is(value) && fits(value),
    (value, context) => {
      const decoded = codec.validate(value, context)
      return E.isLeft(decoded) || fits(decoded.right) ? decoded : t.failure(value, context)
    },
    codec.encode,
    codec,
    fits
  )

/** The last digit of 16 bytes carries two bits, that of 32 bytes four: so no two spellings mean the same bytes. */
const SIXTEEN_BYTES = /^[A-Za-z0-9_-]{21}[AQgw]$/
const THIRTY_TWO_BYTES = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** A whole number within bounds, both included. */
export const wholeNumber = (least: number, most: number): t.Type<number> =>
  refined(
    t.number,
    (value) => Number.isSafeInteger(value) && value >= least && value <= most,
    `whole number from ${least} to ${most}`
  )

/** A list of at most 256 entries, or of a smaller stated limit. */
export const boundedList = <A, O>(
  entry: t.Type<A, O>,
  limit = MAX_LIST
): t.Type<ReadonlyArray<A>, ReadonlyArray<O>> =>
  refined(t.readonlyArray(entry), (list) => list.length <= limit, `list of at most ${limit} of ${entry.name}`)

/** Text of 1 to 256 bytes in UTF-8 without control characters. */
export const ShortText = refined(
  t.string,
  (text) => text.length > 0 && Buffer.byteLength(text) <= MAX_TEXT_BYTES && !CONTROL.test(text),
  'text of 1 to 256 bytes without control characters'
)

/** A key ID as documents carry it: base64url of its 16 bytes in text order. */
export const EncodedKeyId = refined(t.string, (text) => SIXTEEN_BYTES.test(text), 'base64url of 16 bytes')

/** A digest or thumbprint of 32 bytes, base64url. */
export const EncodedDigest = refined(t.string, (text) => THIRTY_TWO_BYTES.test(text), 'base64url of 32 bytes')

/** How often a right may be used: 1 to 2^31 - 1. */
export const Count = wholeNumber(1, COUNT_END - 1)

/** 0 to 2^31 - 1; higher is evaluated first (LI-16). */
export const Priority = wholeNumber(0, COUNT_END - 1)

/** 1 to 876,000 hours, a hundred years. */
export const Hours = wholeNumber(1, MAX_HOURS)

/** A 64-bit number as decimal text (RV-3). */
export const DecimalU64 = refined(t.string, (text) => U64.test(text) && BigInt(text) < U64_END, '64-bit number as decimal text')
