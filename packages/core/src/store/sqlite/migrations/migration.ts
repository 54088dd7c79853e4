import type { Sql } from '../sql'

/** A step: a statement, or work that no statement can do. It runs inside the transaction of the whole change. */
export type MigrationStep = string | ((sql: Sql, logId: string) => void)

/** Takes the tables from the version before to `version`. What was released is never edited; a new version is added. */
export interface Migration {
  readonly version: number
  readonly steps: ReadonlyArray<MigrationStep>
}
