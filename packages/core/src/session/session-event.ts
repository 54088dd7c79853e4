import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { KeyId } from '../identity/key-id'

const Profile = t.union([t.literal('session-gcm'), t.literal('session-rc4')])

/** The secret of a session was made, and sealed to a receiver. It is in no event. */
export const SessionOffered = defineEvent({
  type: 'SessionOffered',
  schemaVersion: 1,
  data: t.type({
    useId: t.string,
    run: KeyId,
    profile: Profile,
    /** Thumbprint of the receiver's key. */
    receiver: t.string,
  }),
})

/** A session was opened that was sealed to this device: once, for each run is one. */
export const SessionAccepted = defineEvent({
  type: 'SessionAccepted',
  schemaVersion: 1,
  data: t.type({
    useId: t.string,
    run: KeyId,
    profile: Profile,
    direction: t.union([t.literal('export'), t.literal('import')]),
    /** What the session says of the license that it is for, and of the epoch of the home that has that. */
    license: t.string,
    epoch: t.number,
  }),
})

/** Stream of one session as it leaves, or as it comes in: a home may be at both ends. */
export const sessionStream = (side: 'offered' | 'accepted', run: KeyId): string => `session-${side}-${run}`
