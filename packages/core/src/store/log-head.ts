/** The newest record's place and hash; of an empty log, position 0 and the hash before the first record. */
export interface LogHead {
  readonly position: number
  /** 64 lower-case hex digits. */
  readonly hash: string
  /** Highest time of all records, microseconds since 1970: the low mark that a clock must not fall behind. 0 in an empty log. */
  readonly time: number
}
