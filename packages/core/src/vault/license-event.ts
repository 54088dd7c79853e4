import * as E from 'fp-ts/Either'
import * as t from 'io-ts'
import { pipe } from 'fp-ts/function'

import { defineEvent, type Upcaster } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { LicenseFacts, licenseFacts } from './license-facts'
import { storedDocument } from './stored-document'
import { KeyReleased, UseReserved, UseReturned } from './use-event'

const License = { issuer: IssuerId, lid: LicenseId, keyId: KeyId }

const Stored = {
  ...License,
  /** The compact JWS. */
  document: t.string,
  /** SHA-256 of its signing input, base64url. */
  docDigest: t.string,
  priority: t.number,
}

const First = t.type(Stored)

/** Version 1 had no facts; the document that it carries has them all. */
const withFacts: Upcaster = (data) => {
  if (!First.is(data)) return E.left('expected a stored license of version 1')
  return pipe(
    storedDocument(data.document),
    E.bimap(
      ({ type }) => type,
      (document) => ({ ...data, facts: licenseFacts(document) })
    )
  )
}

/** A license document came into the vault; its content key is in the envelope table, never here. */
export const LicenseStored = defineEvent({
  type: 'LicenseStored',
  schemaVersion: 2,
  data: t.type({ ...Stored, facts: LicenseFacts }),
  upcasters: { 1: withFacts },
})

/** A savable license left the temporary store for the permanent one (LI-43). */
export const LicensePersisted = defineEvent({ type: 'LicensePersisted', schemaVersion: 1, data: t.type(License) })

/** A license is to go at the next cleaning and stays usable until then (LI-45). */
export const LicenseMarkedForPurge = defineEvent({
  type: 'LicenseMarkedForPurge',
  schemaVersion: 1,
  data: t.type(License),
})

/**
 * Why a license went: its owner's command, the same by `forced` for a permanent license of somebody else, a deletion
 * `message` (LI-48), at a cleaning because it was `marked`, `over` (LI-19) or `unusable` (LI-47), or because the `clock` was
 * set back (LI-21).
 */
export const DeletionReason = t.union(
  [
    t.literal('owner'),
    t.literal('forced'),
    t.literal('message'),
    t.literal('marked'),
    t.literal('over'),
    t.literal('unusable'),
    t.literal('clock'),
  ],
  'reason of a deletion'
)
export type DeletionReason = t.TypeOf<typeof DeletionReason>

/** A license and its key left the vault. Its counts are remembered: stored again, it goes on where it stood. */
export const LicenseDeleted = defineEvent({
  type: 'LicenseDeleted',
  schemaVersion: 1,
  data: t.type({ ...License, why: DeletionReason }),
})

/** The issuer took a license back (LI-50); it never comes in again. */
export const LicenseRevoked = defineEvent({
  type: 'LicenseRevoked',
  schemaVersion: 1,
  data: t.type({
    ...License,
    /** Digest of the signed message that said so, base64url. */
    message: t.string,
  }),
})

/**
 * A restore brought the license's original counts back (BR-22): uses that are reserved stay taken, and the clock of the first
 * use goes on.
 */
export const LicenseCountsRestored = defineEvent({
  type: 'LicenseCountsRestored',
  schemaVersion: 1,
  data: t.type({
    ...License,
    /** Id of the restore. */
    run: t.string,
  }),
})

/** The clock was set back, and the license says that it allows nothing then, until a new one comes (LI-21). */
export const LicenseDisabled = defineEvent({ type: 'LicenseDisabled', schemaVersion: 1, data: t.type(License) })

/** Stream of one license, which is named by issuer and license id together. */
export const licenseStream = (issuer: IssuerId, lid: LicenseId): string => `license-${issuer}-${lid}`

/** All that a license's stream may hold. */
export const LICENSE_EVENTS = [
  LicenseStored,
  LicensePersisted,
  LicenseMarkedForPurge,
  LicenseDeleted,
  LicenseRevoked,
  LicenseDisabled,
  LicenseCountsRestored,
  UseReserved,
  UseReturned,
  KeyReleased,
] as const
