import * as t from 'io-ts'

export interface TimestampBrand {
  readonly Timestamp: unique symbol
}

const FORM = /^(?:19[7-9][0-9]|[2-9][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/
const MICROSECONDS_PER_MILLISECOND = 1000
/** Days that every month has. */
const ALWAYS = '28'

const lastDay = (year: string, month: string): number => new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()

const isMoment = (text: string): boolean => {
  if (!FORM.test(text)) return false
  const day = text.slice(8, 10)
  return day <= ALWAYS || Number(day) <= lastDay(text.slice(0, 4), text.slice(5, 7))
}

/** A moment from 1970 to 9999: RFC 3339 in UTC with `Z` and whole seconds. Days that no calendar has are refused. */
export const Timestamp = t.brand(
  t.string,
  (text): text is t.Branded<string, TimestampBrand> => isMoment(text),
  'Timestamp'
)
export type Timestamp = t.TypeOf<typeof Timestamp>

/** Microseconds since 1970-01-01T00:00:00Z. */
export const timestampMicros = (timestamp: Timestamp): number =>
  Date.parse(timestamp) * MICROSECONDS_PER_MILLISECOND

/** The moment at or before a time of the clock; parts of a second are dropped. */
export const timestampFromMicros = (micros: number): Timestamp => {
  const text = `${new Date(Math.floor(micros / MICROSECONDS_PER_MILLISECOND)).toISOString().slice(0, -5)}Z`
  if (!Timestamp.is(text)) throw new RangeError('the clock is outside 1970 to 9999')
  return text
}
