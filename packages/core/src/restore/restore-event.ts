import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'

/** Stream of the restores of one backup set: the last of them says whether one was cut off. */
export const restoreRunsStream = (set: string): string => `restores-${set}`

/** Stream of one restore. */
export const restoreStream = (run: string): string => `restore-${run}`

const Run = {
  /** Id of the restore, and of the operation. */
  run: t.string,
}

const License = { issuer: IssuerId, lid: LicenseId, keyId: KeyId }

/** A restore was asked for and consented to; one that ends without a word goes on under the same id. */
export const RestoreRequested = defineEvent({
  type: 'RestoreRequested',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    set: t.string,
    /** Id of the event that records the consent. */
    consent: t.string,
  }),
})

/** The client's credentials are on their way to the service (BR-26). */
export const RestoreConnecting = defineEvent({
  type: 'RestoreConnecting',
  schemaVersion: 1,
  data: t.type({ ...Run, set: t.string }),
})

/** The service accepted the client's credentials (BR-26). */
export const RestoreDisconnecting = defineEvent({
  type: 'RestoreDisconnecting',
  schemaVersion: 1,
  data: t.type({ ...Run, session: t.string }),
})

/** Licenses are being restored from here on. */
export const RestoreBegun = defineEvent({
  type: 'RestoreBegun',
  schemaVersion: 1,
  data: t.type({ ...Run, licenses: t.number }),
})

/** A batch is done: stored or refused, each of its licenses. */
export const RestoreProgress = defineEvent({
  type: 'RestoreProgress',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    /** Name of the segment, and the idempotency key of its request: done and never asked again. */
    segment: t.string,
    idem: t.string,
    done: t.number,
    licenses: t.number,
  }),
})

/** A license came back, with its original counts (BR-22). */
export const LicenseRestored = defineEvent({
  type: 'LicenseRestored',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    ...License,
    /** On how many computers beside its first one it was restored (BR-27). */
    computers: t.number,
    /** Whether counts that were used here stand at the document's again. */
    counts: t.boolean,
    /** Digest of the service's signed reply, base64url: with the unchanged document it is the new license (BR-25). */
    statement: t.string,
  }),
})

/** A license was here already, with nothing to bring back. */
export const LicenseAlreadyHeld = defineEvent({
  type: 'LicenseAlreadyHeld',
  schemaVersion: 1,
  data: t.type({ ...Run, ...License, computers: t.number, statement: t.string }),
})

/** A license was refused; the others go on (BR-32). */
export const LicenseRestoreRefused = defineEvent({
  type: 'LicenseRestoreRefused',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    ...License,
    /** A tag of docs/reference/protocols.md, section 11. */
    reason: t.string,
    rule: t.string,
    /** What to show at the limit (BR-31). */
    url: t.union([t.string, t.null]),
  }),
})

/** Lines of a damaged segment are left out of a salvage (BR-39): what they held is not restored. */
export const RestorePartSkipped = defineEvent({
  type: 'RestorePartSkipped',
  schemaVersion: 1,
  data: t.type({
    ...Run,
    segment: t.string,
    /** Numbers of the lines in the whole set, from 1. */
    lines: t.readonlyArray(t.number),
  }),
})

/** Licenses of the backup need the home to be individualized anew, and that was not consented to (BR-36). */
export const IndividualizationNeeded = defineEvent({
  type: 'IndividualizationNeeded',
  schemaVersion: 1,
  data: t.type({ ...Run, licenses: t.number, version: t.string }),
})

const Counts = { restored: t.number, held: t.number, refused: t.number }

/** Every license of the set is here. */
export const RestoreEnded = defineEvent({ type: 'RestoreEnded', schemaVersion: 1, data: t.type({ ...Run, ...Counts }) })

/** Some licenses of the set are here, others were refused (BR-33). */
export const RestoreEndedPartially = defineEvent({
  type: 'RestoreEndedPartially',
  schemaVersion: 1,
  data: t.type({ ...Run, ...Counts }),
})

/** The restore failed, or every license was refused. */
export const RestoreFailed = defineEvent({
  type: 'RestoreFailed',
  schemaVersion: 1,
  data: t.type({ ...Run, fault: t.string, url: t.union([t.string, t.null]) }),
})

/** The restore was cancelled; licenses that were stored stay (BR-20). */
export const RestoreCancelled = defineEvent({ type: 'RestoreCancelled', schemaVersion: 1, data: t.type(Run) })

/** Consent was declined, and nothing left the machine. */
export const RestoreDeclined = defineEvent({ type: 'RestoreDeclined', schemaVersion: 1, data: t.type(Run) })

/** All that a restore's stream may hold. */
export const RESTORE_EVENTS = [
  RestoreConnecting,
  RestoreDisconnecting,
  RestoreBegun,
  RestoreProgress,
  LicenseRestored,
  LicenseAlreadyHeld,
  LicenseRestoreRefused,
  RestorePartSkipped,
  IndividualizationNeeded,
  RestoreEnded,
  RestoreEndedPartially,
  RestoreFailed,
  RestoreCancelled,
  RestoreDeclined,
] as const
