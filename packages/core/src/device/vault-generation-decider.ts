import type { RecordedEvent } from '../event/decode-event'
import type { VaultClass } from './keystore-seals'
import type { VAULT_KEYS_EVENTS } from './vault-generation-event'

type VaultKeysEvent = RecordedEvent<(typeof VAULT_KEYS_EVENTS)[number]>

/** A vault key by its number, which is never used again, over both classes. */
export interface VaultGeneration {
  readonly generation: number
  readonly class: VaultClass
}

/** The vault keys of a home. */
export interface VaultGenerations {
  /** Those that envelopes may lie under, in order of opening. */
  readonly live: ReadonlyArray<VaultGeneration>
  /** The highest number ever given. */
  readonly highest: number
  /** Envelopes under keys up to this number are to be wrapped anew. */
  readonly superseded: number
}

/** The vault generations that a new home starts with. */
export const FIRST_GENERATIONS: ReadonlyArray<VaultGeneration> = [
  { generation: 1, class: 'backup' },
  { generation: 2, class: 'local' },
]

/** A home whose log says nothing of vault keys has the first ones. */
export const initial: VaultGenerations = { live: FIRST_GENERATIONS, highest: FIRST_GENERATIONS.length, superseded: 0 }

/** The generation that new licenses of a class go under. */
export const newestOf = ({ live }: VaultGenerations, vaultClass: VaultClass): VaultGeneration | undefined =>
  live.filter((one) => one.class === vaultClass).at(-1)

/** The state after one more event. */
export const evolve = (state: VaultGenerations, event: VaultKeysEvent): VaultGenerations => {
  switch (event.type) {
    case 'VaultGenerationOpened':
      return { ...state, live: [...state.live, event.data], highest: Math.max(state.highest, event.data.generation) }
    case 'VaultGenerationsSuperseded':
      return { ...state, superseded: event.data.upTo }
    case 'VaultGenerationRetired':
      return { ...state, live: state.live.filter(({ generation }) => generation !== event.data.generation) }
  }
}
