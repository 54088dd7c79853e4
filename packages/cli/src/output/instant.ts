const MICROSECONDS = 1000

/** A time of the log as people and programs read it: RFC 3339 in UTC. */
export const instant = (micros: number): string => new Date(micros / MICROSECONDS).toISOString()
