import { InvalidArgumentError } from 'commander'

const FORM = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/
const MICROSECONDS = 1000
const FIRST_YEAR = 1970

/** Days that no calendar has are refused: the engine would take the day after. */
const isDay = (year: number, month: number, day: number): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** A moment as it was typed, RFC 3339, in microseconds since 1970. Throws for commander, which ends with 2. */
export const timeOption = (text: string): number => {
  const [, year, month, day] = FORM.exec(text) ?? []
  const time = Date.parse(text)
  if (isDay(Number(year), Number(month), Number(day)) && Number(year) >= FIRST_YEAR && Number.isFinite(time)) {
    return time * MICROSECONDS
  }
  throw new InvalidArgumentError('A moment in RFC 3339 from 1970 on, as in 2027-01-31T12:00:00Z.')
}
