import { timestampFromMicros } from '@custody/core/license'

const DATE = 'yyyy-mm-dd'.length

/** The UTC day of a time, as in `2026-03-01`. @param now microseconds since 1970. */
export const dayOf = (now: number): string => timestampFromMicros(now).slice(0, DATE)
