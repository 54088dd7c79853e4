import { digestsAndTime } from './digests-and-time'
import { firstTables } from './first-tables'
import type { Migration } from './migration'

/** All versions of the tables, in order. */
export const MIGRATIONS: ReadonlyArray<Migration> = [firstTables, digestsAndTime]
