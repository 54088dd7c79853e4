import type { ProcessContext, ProcessEnv } from '../process/run-process'
import type { Secret } from '../secret/secret'
import type { BackupMedium } from './backup-medium'
import type { BackupPlace, BackupStart } from './begin-backup'
import type { BackupParties } from './manifest-parts'
import type { BackupPlan } from './plan-backup'

/** What a backup is asked for. */
export interface BackupRequest extends BackupPlace {
  /** Passphrase that a restore will need, UTF-8. It stays the caller's to wipe. */
  readonly guard?: Secret
  /** Opens each envelope once, and reads the set again before it becomes the current one. */
  readonly check?: boolean
}

/** What a backup is run with. */
export interface BackupEnv extends ProcessEnv {
  /** Where it is written; the file system where it is left out. */
  readonly medium?: BackupMedium
  /** Name and version of the program, for the manifest. */
  readonly product?: string
}

/** One run, from its first event on. */
export interface BackupRun extends BackupStart {
  readonly context: ProcessContext
  readonly request: BackupRequest
  readonly parties: BackupParties
  readonly plan: BackupPlan
  readonly medium: BackupMedium
  readonly product: string
}
