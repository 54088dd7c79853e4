import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { RequiredVersion, SecurityVersion } from '../identity/security-version'

/** Stream of all individualizations of this home: one at a time (IN-10). */
export const INDIVIDUALIZATION_STREAM = 'individualization'

/**
 * A snapshot of an upgrade as WM_INDIVIDUALIZE_STATUS has it (IN-22): the status of 2.4 (`0x10` download, `0x20` install), that of
 * the connection (0 to 4), completed round trips, bytes read and expected.
 */
export const IndividualizationStatus = t.type(
  { status: t.number, http: t.number, roundTrips: t.number, read: t.number, total: t.number },
  'status of an individualization'
)
export type IndividualizationStatus = Readonly<t.TypeOf<typeof IndividualizationStatus>>

const Operation = { operation: t.string }

/** An individualization began, after consent. */
export const IndividualizationBegun = defineEvent({
  type: 'IndividualizationBegun',
  schemaVersion: 1,
  data: t.type({
    ...Operation,
    /** Id of the event that records the consent which the run rests on. */
    consent: t.string,
    forced: t.boolean,
    /** The epoch that is to be made. */
    epoch: t.number,
    /** The version before. */
    installed: SecurityVersion,
  }),
})

/** The service answered with a credential and a package for the new epoch. Both are public; what is secret lies in the keystore. */
export const IndividualizationGranted = defineEvent({
  type: 'IndividualizationGranted',
  schemaVersion: 1,
  data: t.type({
    ...Operation,
    epoch: t.number,
    /** JWS of the service. */
    credential: t.string,
    /** JWS, see `PackageDescriptor`. */
    package: t.string,
  }),
})

/** The package is being downloaded; so many leaves of it were verified and lie on the disk. */
export const IndividualizationProgress = defineEvent({
  type: 'IndividualizationProgress',
  schemaVersion: 1,
  data: t.type({ ...Operation, leaves: t.number, status: IndividualizationStatus }),
})

/** The package is whole and verified, and the new epoch is being put together. */
export const IndividualizationInstalling = defineEvent({
  type: 'IndividualizationInstalling',
  schemaVersion: 1,
  data: t.type({ ...Operation, epoch: t.number, status: IndividualizationStatus }),
})

/** The new epoch is in force; licenses and their counts are as before. */
export const IndividualizationSucceeded = defineEvent({
  type: 'IndividualizationSucceeded',
  schemaVersion: 1,
  data: t.type({ ...Operation, epoch: t.number, securityVersion: SecurityVersion, status: IndividualizationStatus }),
})

/** The run broke off; the epoch before stays in force (IN-31). */
export const IndividualizationFailed = defineEvent({
  type: 'IndividualizationFailed',
  schemaVersion: 1,
  data: t.type({
    ...Operation,
    /** Tag of the fault; for `ServiceRefused` the service's reason. */
    fault: t.string,
    status: IndividualizationStatus,
  }),
})

/** The run was cancelled before its commit point (IN-30). */
export const IndividualizationCancelled = defineEvent({
  type: 'IndividualizationCancelled',
  schemaVersion: 1,
  data: t.type({ ...Operation, status: IndividualizationStatus }),
})

/** Consent was declined, and nothing left the machine (IN-13). */
export const IndividualizationDeclined = defineEvent({
  type: 'IndividualizationDeclined',
  schemaVersion: 1,
  data: t.type(Operation),
})

/** As needed, and the service has nothing newer (IN-8). */
export const IndividualizationUnneeded = defineEvent({
  type: 'IndividualizationUnneeded',
  schemaVersion: 1,
  data: t.type({ ...Operation, installed: SecurityVersion, newest: RequiredVersion }),
})

/** All that the stream of individualizations may hold. */
export const INDIVIDUALIZATION_EVENTS = [
  IndividualizationBegun,
  IndividualizationGranted,
  IndividualizationProgress,
  IndividualizationInstalling,
  IndividualizationSucceeded,
  IndividualizationFailed,
  IndividualizationCancelled,
  IndividualizationDeclined,
  IndividualizationUnneeded,
] as const
