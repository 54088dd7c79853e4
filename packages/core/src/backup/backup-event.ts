import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'

/** Stream of one backup. */
export const backupStream = (set: string): string => `backup-${set}`

/** Stream that the backups and restores of a home take turns on (BR-18). */
export const BACKUP_RESTORE_STREAM = 'backup-restore'

const Run = {
  /** Id of the backup set, and of the operation. */
  set: t.string,
}

/** A backup began. Where it goes is personal and stays out of the log. */
export const BackupBegun = defineEvent({
  type: 'BackupBegun',
  schemaVersion: 1,
  data: t.intersection(
    [
      t.type({ ...Run, licenses: t.number, restricted: t.number, overwrite: t.boolean }),
      /** Whether a run of the same set was killed before: what it wrote is written anew. */
      t.partial({ resumed: t.boolean }),
    ],
    'begun backup'
  ),
})

/** A license is left out: it may not be backed up (BR-12). One for each license, before any progress. */
export const BackupRestricted = defineEvent({
  type: 'BackupRestricted',
  schemaVersion: 1,
  data: t.type({ ...Run, issuer: IssuerId, lid: LicenseId, keyId: KeyId }),
})

/**
 * A license was written to the set: what backups said before {@link SegmentBackedUp}. Logs hold it, nothing appends it any more.
 */
export const LicenseBackedUp = defineEvent({
  type: 'LicenseBackedUp',
  schemaVersion: 1,
  data: t.type({ ...Run, issuer: IssuerId, lid: LicenseId, keyId: KeyId }),
})

/** A segment of the set is durable, with these licenses. A license is named at most once for a set (ADR 38). */
export const SegmentBackedUp = defineEvent({
  type: 'SegmentBackedUp',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    /** Its name in the set. */
    segment: t.string,
    licenses: t.array(t.type({ issuer: IssuerId, lid: LicenseId, keyId: KeyId })),
  }),
})

/** A part of the set is on the medium. */
export const BackupProgress = defineEvent({
  type: 'BackupProgress',
  schemaVersion: 1,
  data: t.type({ ...Run, written: t.number, licenses: t.number }),
})

/** The set is whole, on the medium, and the current one there. */
export const BackupEnded = defineEvent({
  type: 'BackupEnded',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    licenses: t.number,
    restricted: t.number,
    /** SHA-256 of the manifest, base64url. */
    manifest: t.string,
  }),
})

/** The backup broke off; what was at the place before is there still. */
export const BackupFailed = defineEvent({
  type: 'BackupFailed',
  schemaVersion: 1,
  data: t.type({ ...Run, fault: t.string }),
})

/** The backup was cancelled (BR-20). */
export const BackupCancelled = defineEvent({ type: 'BackupCancelled', schemaVersion: 1, data: t.type(Run) })

/** All that a backup's stream may hold. */
export const BACKUP_EVENTS = [
  BackupBegun,
  BackupRestricted,
  LicenseBackedUp,
  SegmentBackedUp,
  BackupProgress,
  BackupEnded,
  BackupFailed,
  BackupCancelled,
] as const
