import { defineEvent } from '@custody/core/event'
import { KeyId, LicenseId } from '@custody/core/identity'
import * as t from 'io-ts'

const Transfer = { useId: t.string }

const WrittenTrack = t.type({
  number: t.number,
  kind: t.string,
  keyId: KeyId,
  samples: t.number,
  bytes: t.number,
})

/** An export has its grant, its keys and its target, and begins to read samples. */
export const ExportBegun = defineEvent({
  type: 'ExportBegun',
  schemaVersion: 1,
  data: t.type({
    ...Transfer,
    system: t.string,
    scheme: t.string,
    keyId: KeyId,
    tracks: t.readonlyArray(t.type({ number: t.number, keyId: KeyId })),
  }),
})

/** Streams that are neither picture nor sound stay behind; named so that nobody looks for them in vain. */
export const StreamsLeftOut = defineEvent({
  type: 'StreamsLeftOut',
  schemaVersion: 1,
  data: t.type({ ...Transfer, streams: t.readonlyArray(t.number) }),
})

/** The source declares these streams clear inside protected content; they leave protected all the same. */
export const StreamsDeclaredClear = defineEvent({
  type: 'StreamsDeclaredClear',
  schemaVersion: 1,
  data: t.type({ ...Transfer, streams: t.readonlyArray(t.number) }),
})

/** The source is damaged, or less than it says: what reading went past, each with its byte offset. */
export const SourceDamageFound = defineEvent({
  type: 'SourceDamageFound',
  schemaVersion: 1,
  data: t.type({
    ...Transfer,
    /** Whole samples were taken on demand of the user; otherwise reading could go on by the rules of the format. */
    salvaged: t.boolean,
    warnings: t.readonlyArray(t.type({ offset: t.number, what: t.string })),
  }),
})

const PlacedTrack = t.type({
  number: t.number,
  /** File of the package that is being made. */
  file: t.string,
  /** Bytes of it that are there for good. */
  bytes: t.number,
})

/** So much of an export is durable: should its process be killed, the next one goes on from here. */
export const TransferCheckpointed = defineEvent({
  type: 'TransferCheckpointed',
  schemaVersion: 1,
  data: t.type({ ...Transfer, tracks: t.readonlyArray(PlacedTrack) }),
})

/** A process goes on with an export that was killed: its files were cut back to these bytes. */
export const TransferResumed = defineEvent({
  type: 'TransferResumed',
  schemaVersion: 1,
  data: t.type({ ...Transfer, tracks: t.readonlyArray(PlacedTrack) }),
})

/** Everything is written and stands under its name. */
export const ExportEnded = defineEvent({
  type: 'ExportEnded',
  schemaVersion: 1,
  data: t.type({ ...Transfer, tracks: t.readonlyArray(WrittenTrack) }),
})

/** Clear media is about to be protected under a license. */
export const ProtectionBegun = defineEvent({
  type: 'ProtectionBegun',
  schemaVersion: 1,
  data: t.type({ ...Transfer, lid: LicenseId, keyId: KeyId, scheme: t.string, streams: t.readonlyArray(t.number) }),
})

/** The protected file stands under its name. */
export const ProtectionEnded = defineEvent({
  type: 'ProtectionEnded',
  schemaVersion: 1,
  data: t.type({ ...Transfer, samples: t.number, bytes: t.number }),
})

/** A transfer could not go on; nothing of it stands under its name. */
export const TransferFailed = defineEvent({
  type: 'TransferFailed',
  schemaVersion: 1,
  data: t.type({
    ...Transfer,
    /** Tag of the fault; `Defect` for an error that is none. */
    fault: t.string,
  }),
})

/** Nobody wanted the result any more; nothing of it stands under its name. */
export const TransferCancelled = defineEvent({
  type: 'TransferCancelled',
  schemaVersion: 1,
  data: t.type({ ...Transfer }),
})

/** Stream of one transfer. */
export const transferStream = (useId: string): string => `transfer-${useId}`
