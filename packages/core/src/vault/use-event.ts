import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { Action } from '../license/action'
import { ImportAuthorized } from '../transfer/import-event'

const Use = { useId: t.string, issuer: IssuerId, lid: LicenseId }

/**
 * A use was taken from a license. Stored in one append on the license's stream, where the count falls, and on the
 * use's own, where it goes on.
 */
export const UseReserved = defineEvent({
  type: 'UseReserved',
  schemaVersion: 1,
  data: t.type({
    ...Use,
    keyId: KeyId,
    action: Action,
    /** Window whose count fell; `null` for a right without conditions. */
    window: t.union([t.number, t.null]),
    /** When an unredeemed use may be given back, microseconds since 1970. */
    expires: t.number,
  }),
})

/** The owner's own clear media may be packaged under a license; nothing is counted. */
export const ProtectionAuthorized = defineEvent({
  type: 'ProtectionAuthorized',
  schemaVersion: 1,
  data: t.type({ ...Use, keyId: KeyId, expires: t.number }),
})

/** Content keys are about to leave the vault. From here on the use is spent. */
export const KeyReleased = defineEvent({
  type: 'KeyReleased',
  schemaVersion: 1,
  data: t.type({ useId: t.string, keyIds: t.readonlyArray(KeyId) }),
})

/** No key left the vault: the count is as if the use had never been. Stored on both streams, like the reservation. */
export const UseReturned = defineEvent({
  type: 'UseReturned',
  schemaVersion: 1,
  data: t.type({
    ...Use,
    why: t.union([t.literal('expired'), t.literal('refused'), t.literal('cancelled')]),
  }),
})

/** The transfer that a use was for is complete. */
export const UseFinished = defineEvent({
  type: 'UseFinished',
  schemaVersion: 1,
  data: t.type({ useId: t.string }),
})

/** The transfer that a use was for ended early; the use stays spent. */
export const UseBroken = defineEvent({
  type: 'UseBroken',
  schemaVersion: 1,
  data: t.type({ useId: t.string }),
})

/**
 * The process that a use was for was killed, and another goes on where it was: under the same use, which is not taken again.
 * Keys are released anew after it.
 */
export const UseResumed = defineEvent({
  type: 'UseResumed',
  schemaVersion: 1,
  data: t.type({ useId: t.string }),
})

/** A grant was opened, for one run. */
export const GrantOpened = defineEvent({
  type: 'GrantOpened',
  schemaVersion: 1,
  data: t.type({ useId: t.string, grantId: t.string }),
})

/** A grant's run is over. */
export const GrantClosed = defineEvent({
  type: 'GrantClosed',
  schemaVersion: 1,
  data: t.type({
    useId: t.string,
    grantId: t.string,
    outcome: t.union([t.literal('finished'), t.literal('broken')]),
  }),
})

/** Prefix of the streams of uses. */
export const USE_STREAM = 'use-'

/** Stream of one use. */
export const useStream = (useId: string): string => `${USE_STREAM}${useId}`

/** All that a use's stream may hold. */
export const USE_EVENTS = [
  UseReserved,
  ProtectionAuthorized,
  ImportAuthorized,
  KeyReleased,
  UseReturned,
  UseFinished,
  UseBroken,
  UseResumed,
  GrantOpened,
  GrantClosed,
] as const
