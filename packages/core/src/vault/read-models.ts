import * as E from 'fp-ts/Either'

import { decodeEvent, type RecordedEvent } from '../event/decode-event'
import type { AnyEventDefinition } from '../event/define-event'
import type { Projection, ReadModelChange } from '../store/event-store'
import { LicenseStored } from './license-event'
import { TargetKeyCreated } from './target-key-event'
import { KeyReleased, USE_STREAM, UseReserved, UseReturned } from './use-event'

/** Key of models that are listed whole. */
export const ALL = 'all'
/** Licenses by key ID. */
export const LICENSE_BY_KEY = 'license-by-key'
/** All licenses, under {@link ALL}. */
export const LICENSES = 'license'
/** Counted uses that are reserved and neither released nor returned, under {@link ALL}. */
export const OPEN_USES = 'open-use'
/** Keys made for exports, by key ID. */
export const TARGET_KEYS = 'target-key'

/** A model over some kinds of events; an event of these kinds that cannot be read stops the model. */
const over = <D extends AnyEventDefinition>(
  model: string,
  definitions: ReadonlyArray<D>,
  change: (event: RecordedEvent<D>) => Omit<ReadModelChange, 'model'> | undefined
): Projection => {
  const types = new Set(definitions.map(({ type }) => type))
  const decode = decodeEvent(definitions)
  return {
    model,
    project: (stored) => {
      if (!types.has(stored.type)) return []
      const event = decode(stored)
      if (E.isLeft(event)) throw new TypeError(`event ${stored.position} of type ${stored.type}: ${event.left.why}`)
      const changed = change(event.right)
      return changed === undefined ? [] : [{ model, ...changed }]
    },
  }
}

/** All read models of the vault, for the store to keep. */
export const vaultProjections: ReadonlyArray<Projection> = [
  over(LICENSE_BY_KEY, [LicenseStored], ({ data }) => ({
    key: data.keyId,
    id: `${data.issuer}/${data.lid}`,
    value: data,
  })),
  over(LICENSES, [LicenseStored], ({ data }) => ({ key: ALL, id: `${data.issuer}/${data.lid}`, value: data })),
  over(OPEN_USES, [UseReserved, KeyReleased, UseReturned], ({ stream, type, data }) =>
    // The same reservation stands on the license's stream too.
    stream.startsWith(USE_STREAM)
      ? { key: ALL, id: data.useId, value: type === 'UseReserved' ? { expires: data.expires } : null }
      : undefined
  ),
  over(TARGET_KEYS, [TargetKeyCreated], ({ data }) => ({ key: data.keyId, id: data.useId, value: data })),
]
