/** 1970-01-01 in 100 ns units since 1601-01-01. @source docs/reference/asf.md §3, File Properties */
const UNIX_EPOCH = 116_444_736_000_000_000n

const UNITS_PER_MICROSECOND = 10n

/** A moment in microseconds since 1970 as ASF states it: 100 ns units since 1601-01-01T00:00:00Z. */
export const asfTime = (microseconds: number): bigint => BigInt(microseconds) * UNITS_PER_MICROSECOND + UNIX_EPOCH
