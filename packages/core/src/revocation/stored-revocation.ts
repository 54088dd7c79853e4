import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { lastValueFrom, take, toArray } from 'rxjs'

import { decodeEvent, type RecordedEvent } from '../event/decode-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { Folded } from '../home/fold-stream'
import type { Home } from '../home/home'
import type { EventStore, ReadModelRow } from '../store/event-store'
import { evolve, initial } from './revocation-decider'
import { REVOCATION_EVENTS, REVOCATION_STREAM } from './revocation-event'
import { IN_FORCE, InForceRow, REVOCATION_MODEL } from './revocation-read-model'
import type { RevocationState } from './revocation-state'

type RevocationEvent = RecordedEvent<(typeof REVOCATION_EVENTS)[number]>

const decode = decodeEvent(REVOCATION_EVENTS)

const broken = (row: string): CoreFault => ({
  type: 'ModelBroken',
  model: REVOCATION_MODEL,
  key: IN_FORCE,
  id: row,
  position: 0,
})

const eventAt =
  (store: EventStore, row: string, revision: number): TE.TaskEither<CoreFault, RevocationEvent> =>
  async () => {
    try {
      const [event]: ReadonlyArray<StoredEvent> = await lastValueFrom(
        store.read(REVOCATION_STREAM, revision).pipe(take(1), toArray())
      )
      return event?.revision === revision ? decode(event) : E.left(broken(row))
    } catch (error) {
      if (error instanceof CoreError) return E.left(error.fault)
      throw error
    }
  }

const eventOf = (store: EventStore, { id, value }: ReadModelRow): TE.TaskEither<CoreFault, RevocationEvent> =>
  InForceRow.is(value) ? eventAt(store, id, value.revision) : TE.left(broken(id))

/**
 * The revocation data that is in force and the revision of its stream. Reads the newest list of each kind and no older
 * one, so it takes no longer after years of refreshing.
 *
 * @errors those of the store, `EventUnreadable`, `ModelBroken`.
 */
export const storedRevocation = (store: EventStore): TE.TaskEither<CoreFault, Folded<RevocationState>> =>
  pipe(
    store.lookUp(REVOCATION_MODEL, IN_FORCE),
    TE.flatMap((rows): TE.TaskEither<CoreFault, Folded<RevocationState>> => {
      const from = JSON.stringify(rows)
      const last = read.get(store)
      return last?.from === from ? TE.right(last.folded) : readInForce(store, rows, from)
    })
  )

/** What was read last of a store, and the rows that said where: lists are long, and the events that hold them do not change. */
const read = new WeakMap<EventStore, { readonly from: string; readonly folded: Folded<RevocationState> }>()

const readInForce = (
  store: EventStore,
  rows: ReadonlyArray<ReadModelRow>,
  from: string
): TE.TaskEither<CoreFault, Folded<RevocationState>> =>
  pipe(
    rows,
    TE.traverseSeqArray((row) => eventOf(store, row)),
    TE.map((events) => {
      const ordered = [...events].sort((a, b) => a.revision - b.revision)
      const folded = { state: ordered.reduce(evolve, initial), revision: ordered.at(-1)?.revision ?? 0 }
      read.set(store, { from, folded })
      return folded
    })
  )

/** What this home knows of revocation. @errors as for {@link storedRevocation}. */
export const revocationState = ({ store }: Home): TE.TaskEither<CoreFault, RevocationState> =>
  pipe(
    storedRevocation(store),
    TE.map(({ state }) => state)
  )
