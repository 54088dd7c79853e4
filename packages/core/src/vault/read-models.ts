import type { Projection } from '../store/event-store'
import { licenseProjections } from './license-index'
import { projectEvents } from './project-events'
import { TargetKeyCreated } from './target-key-event'
import { KeyReleased, USE_STREAM, UseReserved, UseReturned } from './use-event'

/** Key of models that are listed whole. */
export const ALL = 'all'
/** Counted uses that are reserved and neither released nor returned, under {@link ALL}. */
export const OPEN_USES = 'open-use'
/** Keys made for exports, by key ID. */
export const TARGET_KEYS = 'target-key'

/** All read models of the vault, for the store to keep. */
export const vaultProjections: ReadonlyArray<Projection> = [
  ...licenseProjections,
  projectEvents(OPEN_USES, [UseReserved, KeyReleased, UseReturned], ({ stream, type, data }) =>
    // The same events stand on the licenses' streams too.
    stream.startsWith(USE_STREAM)
      ? [{ key: ALL, id: data.useId, value: type === 'UseReserved' ? { expires: data.expires } : null }]
      : []
  ),
  projectEvents(TARGET_KEYS, [TargetKeyCreated], ({ data }) => [{ key: data.keyId, id: data.useId, value: data }]),
]
