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

/**
 * With a new epoch every vault key up to this number is given up: envelopes under them are wrapped anew, so that whoever broke
 * the component before opens none that is made from here on (IN-19).
 */
export const VaultGenerationsSuperseded = defineEvent({
  type: 'VaultGenerationsSuperseded',
  schemaVersion: 1,
  data: t.type({ upTo: t.number }),
})

/** No envelope lies under this vault key any more, and none will; its files are about to be destroyed. */
export const VaultGenerationRetired = defineEvent({
  type: 'VaultGenerationRetired',
  schemaVersion: 1,
  data: t.type({ generation: t.number }),
})

/** All that the stream of vault keys may hold. */
export const VAULT_KEYS_EVENTS = [VaultGenerationOpened, VaultGenerationsSuperseded, VaultGenerationRetired] as const
