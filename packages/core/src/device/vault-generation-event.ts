import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'

/** Stream of the keys that license envelopes lie under. */
export const VAULT_KEYS_STREAM = 'vault-keys'

const Class = t.union([t.literal('backup'), t.literal('local')], 'class of vault key')

/** A new vault key came into use: from here on licenses of its class go under it. */
export const VaultGenerationOpened = defineEvent({
  type: 'VaultGenerationOpened',
  schemaVersion: 1,
  data: t.type({ generation: t.number, class: Class }),
})

/** No envelope lies under this vault key any more, and none will; its files are about to be destroyed. */
export const VaultGenerationRetired = defineEvent({
  type: 'VaultGenerationRetired',
  schemaVersion: 1,
  data: t.type({ generation: t.number }),
})

/** All that the stream of vault keys may hold. */
export const VAULT_KEYS_EVENTS = [VaultGenerationOpened, VaultGenerationRetired] as const
