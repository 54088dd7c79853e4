import * as t from 'io-ts'

import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'
import { SecurityVersion } from '../identity/security-version'

/** A device's statement as it was judged. */
export const RecordedDevice = t.intersection(
  [
    t.type({ epoch: t.number, securityVersion: SecurityVersion }),
    t.partial({
      applicationLevel: t.number,
      secureClock: t.boolean,
      metering: t.readonlyArray(t.string),
      audioPath: t.number,
      /** Version of the revocation information, decimal text. */
      revocation: t.string,
    }),
  ],
  'recorded device'
)
export type RecordedDevice = Readonly<t.TypeOf<typeof RecordedDevice>>

/** How far the clock was believed. */
export const RecordedClock = t.union(
  [
    t.type({ type: t.literal('trusted') }),
    t.type({ type: t.literal('set-back'), acceptedFor: t.union([IssuerId, t.null]) }),
  ],
  'recorded clock'
)

const Freshness = t.keyof({ fresh: null, grace: null, stale: null, none: null, unreadable: null }, 'freshness')

/** How far stored revocation data could be relied on, and what was looked up in it. */
export const RecordedRevocation = t.type(
  {
    /** The kind of list that concerns the other side. */
    kind: t.union([t.literal('application'), t.literal('device')]),
    /** Version of that list, decimal text; `null` without one. */
    version: t.union([t.string, t.null]),
    freshness: Freshness,
    /** Freshness of the revocation information, which licenses demand a version of. */
    information: Freshness,
    /** Thumbprints of the other side's certificates that stand in the list. */
    listed: t.readonlyArray(IssuerId),
    /** Whether this application's own certificate stands in the list of applications (RV-4). */
    barred: t.boolean,
  },
  'recorded revocation'
)
export type RecordedRevocation = Readonly<t.TypeOf<typeof RecordedRevocation>>

/**
 * The other side of a transfer as it was checked: in this process, with a good chain of certificates, or with one that is
 * not good and why.
 */
export const RecordedReceiver = t.union(
  [
    t.type({ type: t.literal('in-process') }),
    t.type({
      type: t.literal('certified'),
      serial: t.string,
      level: t.number,
      /** Of every certificate of the chain, the receiver's own first. */
      thumbprints: t.readonlyArray(IssuerId),
      /** Rights systems that it may act for. */
      systems: t.readonlyArray(t.string),
      /** Last moment of the whole chain, microseconds since 1970. */
      until: t.number,
    }),
    t.type({
      type: t.literal('unfit'),
      reason: t.keyof({ CertificateInvalid: null, CertificateExpired: null, LevelInadequate: null }),
      why: t.string,
    }),
  ],
  'recorded receiver'
)
export type RecordedReceiver = Readonly<t.TypeOf<typeof RecordedReceiver>>

const License = t.type({ issuer: IssuerId, lid: LicenseId }, 'license name')

/** One license, or one chain, as it was asked. What became of it stands in its stream, before the decision. */
export const RecordedCandidate = t.type(
  {
    license: License,
    root: t.union([License, t.null]),
    /** Tag of the fault for which the document was not believed; `null` for one that was. */
    unbelieved: t.union([t.string, t.null]),
  },
  'recorded candidate'
)
export type RecordedCandidate = Readonly<t.TypeOf<typeof RecordedCandidate>>
