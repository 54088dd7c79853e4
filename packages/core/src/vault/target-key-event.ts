import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { KeyId } from '../identity/key-id'
import { SystemId } from '../identity/system-id'

/** A key that exported media is protected with came into the vault. The key is in the envelope table, never here. */
export const TargetKeyCreated = defineEvent({
  type: 'TargetKeyCreated',
  schemaVersion: 1,
  data: t.type({ keyId: KeyId, useId: t.string, system: SystemId, scheme: t.string }),
})

/** Keys of the owner's own content are about to be shown to him. Stored before they are. */
export const KeysRevealed = defineEvent({
  type: 'KeysRevealed',
  schemaVersion: 1,
  data: t.type({ keyIds: t.readonlyArray(KeyId) }),
})

/** Stream of all revelations. */
export const REVEAL_STREAM = 'keys-revealed'
