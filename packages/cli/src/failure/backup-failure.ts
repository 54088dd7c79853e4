import type { BackupFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, outside, refused } = EXIT

const listed = (names: ReadonlyArray<string>): string => (names.length === 0 ? 'none' : names.join(', '))

/** Faults of backups and of the places for them. */
export const BACKUP_LINES: FaultLines<BackupFault> = {
  BackupExists: ({ place }) => failure(refused, `${place} holds a backup already (BR-7); it is untouched, --overwrite replaces it`),
  BackupBusy: () => failure(refused, 'another backup or restore runs on this home (BR-18)'),
  BackupGuarded: ({ place }) => failure(refused, `${place} was made with a passphrase; give it with --guard`),
  BackupMissing: ({ place }) => failure(badInput, `${place} holds no backup (BR-39)`),
  BackupDamaged: ({ file, offset, why, lids }) =>
    failure(badInput, `${file} at byte ${offset}: ${why} (BR-39); licenses concerned: ${listed(lids)}`),
  BackupPointerDamaged: ({ place, sets }) =>
    failure(badInput, `${place} does not say which set is current (BR-39); whole sets: ${listed(sets)}; --salvage takes the only one`),
  BackupAmbiguous: ({ place, sets }) => failure(badInput, `${place} holds several whole sets: ${listed(sets)}`),
  BackupNewerVersion: ({ found, known }) =>
    failure(badInput, `unsupported: a backup of version ${found}, this program reads up to ${known}`),
  TargetUnwritable: ({ place, code }) => failure(outside, `cannot write ${place}: ${code}`),
}
