import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'

/** Stream of all acquisitions of this home. */
export const ACQUISITION_STREAM = 'acquisition'

/**
 * How a license is acquired: in one call (LI-61), by a page that a person answers (LI-60), or by that page before there is any
 * content (LI-67).
 */
export const AcquisitionMode = t.union(
  [t.literal('silent'), t.literal('non-silent'), t.literal('pre-delivery')],
  'way to acquire a license'
)
export type AcquisitionMode = t.TypeOf<typeof AcquisitionMode>

/**
 * What is known of an acquisition URL: whether its signature is good, missing or broken (LI-68). A header of this project's own
 * content is not signed, so its URL is always `untrusted`.
 *
 * @source Windows Media Format 11 SDK, "WMT_DRMLA_TRUST"; docs/adr/0015-mce-headers.md
 */
export const UrlState = t.union([t.literal('trusted'), t.literal('untrusted'), t.literal('tampered')], 'state of a URL')
export type UrlState = t.TypeOf<typeof UrlState>

/** What is to be done after an acquisition that was refused (LI-63). */
export const NextStep = t.union(
  [t.literal('non-silent'), t.literal('individualize'), t.literal('report')],
  'step after a refused acquisition'
)
export type NextStep = t.TypeOf<typeof NextStep>

const Operation = { operation: t.string }

/** An acquisition began; an application warns of a URL that is not `trusted` (LI-68). */
export const AcquisitionBegun = defineEvent({
  type: 'AcquisitionBegun',
  schemaVersion: 1,
  data: t.type({ ...Operation, mode: AcquisitionMode, keyId: t.union([KeyId, t.null]), url: UrlState }),
})

/** The application has what to post, and a person has to answer the page; the license is fetched by monitoring (LI-66). */
export const AcquisitionChallenged = defineEvent({
  type: 'AcquisitionChallenged',
  schemaVersion: 1,
  data: t.type({
    ...Operation,
    /** As the content states it, without query and fragment; a base is never kept (LI-71). */
    url: t.string,
    /** JWS of the device. */
    challenge: t.string,
  }),
})

/** A license is in the vault: the one success (LI-64). */
export const LicenseAcquired = defineEvent({
  type: 'LicenseAcquired',
  schemaVersion: 1,
  data: t.type({ ...Operation, issuer: IssuerId, lid: LicenseId, keyId: KeyId }),
})

/** No license came, and this is why and what to do (LI-63). */
export const AcquisitionRefused = defineEvent({
  type: 'AcquisitionRefused',
  schemaVersion: 1,
  data: t.type({ ...Operation, reason: t.string, next: NextStep }),
})

/** The acquisition was cancelled, which is no failure; the vault is as before (LI-64). */
export const AcquisitionCancelled = defineEvent({ type: 'AcquisitionCancelled', schemaVersion: 1, data: t.type(Operation) })

/** The wait for a license was cancelled, which is no failure (LI-64). */
export const MonitorCancelled = defineEvent({ type: 'MonitorCancelled', schemaVersion: 1, data: t.type(Operation) })

/** The acquisition broke off; the vault is as before. */
export const AcquisitionFailed = defineEvent({
  type: 'AcquisitionFailed',
  schemaVersion: 1,
  data: t.type({
    ...Operation,
    /** Tag of the fault. */
    fault: t.string,
  }),
})

/** All that the stream of acquisitions may hold. */
export const ACQUISITION_EVENTS = [
  AcquisitionBegun,
  AcquisitionChallenged,
  LicenseAcquired,
  AcquisitionRefused,
  AcquisitionCancelled,
  MonitorCancelled,
  AcquisitionFailed,
] as const
