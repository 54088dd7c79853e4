import * as t from 'io-ts'

import { defineEvent } from '@custody/core/event'

/** Stream of one session. */
export const sessionStream = (session: string): string => `restore-session-${session}`
/** Stream of one request for a session: a second one under the same key is a repeat. */
export const openingStream = (mid: string, idem: string): string => `restore-opening-${mid}/${idem}`
/** Stream of one batch: a second one under the same key is a repeat. */
export const batchStream = (mid: string, idem: string): string => `restore-batch-${mid}/${idem}`
/** Stream of a computer's attempts to open a session on one day, as in `2026-03-01`. */
export const attemptStream = (mid: string, day: string): string => `restore-attempts-${mid}/${day}`
/** Stream of the attempts on one day to open the guard of one computer's set. */
export const guardStream = (source: string, set: string, day: string): string => `restore-guard-${source}/${set}/${day}`

/** A computer that proved who it is asks for a session. */
export const RestoreAttempted = defineEvent({
  type: 'RestoreAttempted',
  schemaVersion: 1,
  data: t.type({ mid: t.string, idem: t.string }),
})

/** A guard's key is tried. Recorded before, so that tries at the same time are counted too. */
export const GuardTried = defineEvent({
  type: 'GuardTried',
  schemaVersion: 1,
  data: t.type({ mid: t.string, set: t.string, attempt: t.string }),
})

/** A guard's key was the right one; its try is given back. */
export const GuardOpened = defineEvent({
  type: 'GuardOpened',
  schemaVersion: 1,
  data: t.type({ mid: t.string, set: t.string, attempt: t.string }),
})

/** A session is open; its keys lie beside the log, sealed, and go when it ends. */
export const RestoreSessionOpened = defineEvent({
  type: 'RestoreSessionOpened',
  schemaVersion: 1,
  data: t.type({
    session: t.string,
    mid: t.string,
    epoch: t.number,
    source: t.string,
    set: t.string,
    /** SHA-256 of the manifest, base64url. */
    manifest: t.string,
    licenses: t.number,
    idem: t.string,
    /** Digest of what was asked for, see `openingDigest`. */
    asked: t.string,
    /** Continuity token that went out. */
    continuity: t.string,
    /** Id of the operation that was consented to, and the version and digest of what was shown. */
    consent: t.type({ operation: t.string, text: t.string, textSha256: t.string, at: t.string }),
    /** Microseconds since 1970. */
    expires: t.number,
  }),
})

/** A session is over, and its keys are gone. */
export const RestoreSessionEnded = defineEvent({
  type: 'RestoreSessionEnded',
  schemaVersion: 1,
  data: t.type({ session: t.string }),
})

const Decided = t.intersection([
  t.type({
    n: t.number,
    verdict: t.union([t.literal('accepted'), t.literal('refused')]),
    /** Computers beside the first one. */
    computers: t.number,
  }),
  t.partial({
    issuer: t.string,
    lid: t.string,
    docDigest: t.string,
    reason: t.string,
    url: t.string,
    /** Computers that are counted from here on. */
    added: t.readonlyArray(t.string),
  }),
])

/** A batch is decided, all of its licenses at once. */
export const RestoreBatchDecided = defineEvent({
  type: 'RestoreBatchDecided',
  schemaVersion: 1,
  data: t.type({
    session: t.string,
    set: t.string,
    segment: t.string,
    /** The computer that the backup comes from, and the one that restores it. */
    source: t.string,
    mid: t.string,
    epoch: t.number,
    idem: t.string,
    /** SHA-256 of the request's body, base64url. */
    body: t.string,
    results: t.readonlyArray(Decided),
  }),
})

/** One license of a decided batch. */
export type DecidedLicense = Readonly<t.TypeOf<typeof Decided>>
/** A decided batch. */
export type DecidedBatch = Readonly<t.TypeOf<(typeof RestoreBatchDecided)['data']>>

/** All that this service writes. */
export const MANAGEMENT_EVENTS = [
  RestoreAttempted,
  GuardTried,
  GuardOpened,
  RestoreSessionOpened,
  RestoreSessionEnded,
  RestoreBatchDecided,
] as const
