import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import type { StreamFold } from '../home/fold-stream'
import type { SnapshotForm } from '../home/stream-snapshot'
import { evolve, initial, type Holding } from './holding-decider'
import { LICENSE_EVENTS, LicenseStored } from './license-event'

const Kept = t.type({
  standing: t.keyof({ absent: null, held: null, marked: null, disabled: null, deleted: null, revoked: null }),
  storedAt: t.union([t.number, t.null]),
  firstUsedAt: t.union([t.number, t.null]),
  persisted: t.boolean,
  usage: t.readonlyArray(t.tuple([t.string, t.number])),
  reserved: t.readonlyArray(t.tuple([t.string, t.string])),
  terms: t.union([LicenseStored.data, t.null]),
  barred: t.union([t.string, t.null]),
  revokedBy: t.union([t.string, t.null]),
})

/** How the state of a license's stream is kept; its uses make the stream long. */
export const holdingSnapshot: SnapshotForm<Holding> = {
  name: 'holding',
  version: 2,
  encode: ({ state: { usage, reserved, ...state }, terms, barred, revokedBy }) => ({
    ...state,
    usage: [...usage],
    reserved: [...reserved],
    terms: terms === undefined ? null : LicenseStored.data.encode(terms),
    barred: barred ?? null,
    revokedBy: revokedBy ?? null,
  }),
  decode: (json) => {
    const kept = Kept.decode(json)
    if (E.isLeft(kept)) return undefined
    const { usage, reserved, terms, barred, revokedBy, ...state } = kept.right
    return {
      state: { ...state, usage: new Map(usage), reserved: new Map(reserved) },
      terms: terms ?? undefined,
      barred: barred ?? undefined,
      revokedBy: revokedBy ?? undefined,
    }
  },
}

/** How the events of a license become what is held of it. */
export const holdingFold: StreamFold<(typeof LICENSE_EVENTS)[number], Holding> = {
  definitions: LICENSE_EVENTS,
  initial,
  evolve,
  snapshot: holdingSnapshot,
}
