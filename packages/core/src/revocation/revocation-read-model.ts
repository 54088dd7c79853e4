import * as t from 'io-ts'

import type { StoredEvent } from '../event/stored-event'
import type { Projection } from '../store/event-store'
import { RevocationForkSeen, RevocationInformationStored, RevocationListStored, REVOCATION_STREAM } from './revocation-event'

/** Where in the revocation stream the events stand that are in force. */
export const REVOCATION_MODEL = 'revocation'
/** The one key of the model. */
export const IN_FORCE = 'in-force'

/** A row: the revision of an event. A list's row moves to the next list of its kind, so that old ones are never read again. */
export const InForceRow = t.type({ revision: t.number }, 'revocation in force')

const Kinded = t.type({ kind: t.string })

const idOf = ({ type, data, revision }: StoredEvent): string | undefined => {
  switch (type) {
    case RevocationListStored.type:
      return Kinded.is(data) ? `list/${data.kind}` : `list/${revision}`
    case RevocationInformationStored.type:
      return 'information'
    case RevocationForkSeen.type:
      return `fork/${revision}`
    default:
      return undefined
  }
}

/** Keeps {@link REVOCATION_MODEL} in the store. */
export const revocationProjection: Projection = {
  model: REVOCATION_MODEL,
  project: (event) => {
    const id = event.stream === REVOCATION_STREAM ? idOf(event) : undefined
    return id === undefined ? [] : [{ model: REVOCATION_MODEL, key: IN_FORCE, id, value: { revision: event.revision } }]
  },
}
