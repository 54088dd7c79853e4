import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { concat, defer, map, scan, take } from 'rxjs'

import type { LogRecord } from '../event/log-record'
import type { StoredEvent } from '../event/stored-event'
import type { StoreFault } from '../fault/core-fault'
import type { EventStore, Projection, ReadModelChange } from './event-store'
import { lastOf } from './last-of'
import type { LogAccess } from './log-access'
import { modelChanges } from './model-changes'
import { eventOf } from './record-of'
import { rowPrints } from './row-prints'

/** What the read models must hold by the log, and the comparison with what they do hold. */
export interface ModelAudit {
  /** Shows the next record of the log. Throws `CoreError` with `EventUnreadable`. */
  readonly see: (record: LogRecord) => void
  /**
   * Compares all rows of the models with what the records said that were shown.
   *
   * @errors `ModelBroken` names the row whose event comes first in the log, with that event's position; 0 for a row that no
   * event makes.
   */
  readonly compare: (store: EventStore & LogAccess) => TE.TaskEither<StoreFault, void>
}

type ModelBroken = Extract<StoreFault, { readonly type: 'ModelBroken' }>

/** Names hold no zero character. */
const nameOf = (model: string, key: string, id: string): string => `${model}\0${key}\0${id}`

const earlier = (a: ModelBroken | undefined, b: ModelBroken): ModelBroken =>
  a === undefined || b.position < a.position ? b : a

/** An audit of the models that the projections keep. */
export const modelAudit = (projections: ReadonlyArray<Projection>): ModelAudit => {
  const prints = rowPrints()
  const changesOf = (event: StoredEvent): ReadonlyArray<ReadModelChange> =>
    projections.flatMap((projection) => modelChanges(projection, [event]))
  const differing = (store: LogAccess): TE.TaskEither<StoreFault, ModelBroken | undefined> => {
    const models$ = projections.map(({ model }) => store.modelRows(model).pipe(map((row) => ({ model, ...row }))))
    const first$ = concat(...models$).pipe(
      scan((first: ModelBroken | undefined, { model, key, id, value }) => {
        const { same, position } = prints.match(nameOf(model, key, id), JSON.stringify(value))
        return same ? first : earlier(first, { type: 'ModelBroken', model, key, id, position })
      }, undefined)
    )
    return lastOf(defer(() => (prints.forget(), first$)), undefined)
  }
  /** Its name is not known from its print, but the event that makes it says it again. */
  const missing = (store: EventStore): TE.TaskEither<StoreFault, ModelBroken | undefined> => {
    const position = prints.firstUnfound()
    if (position === undefined) return TE.right(undefined)
    return pipe(
      lastOf(store.readAll(position - 1).pipe(take(1)), undefined),
      TE.map((event) => {
        const absent = event && changesOf(event).find(({ model, key, id }) => prints.unfound(nameOf(model, key, id)))
        return absent && { type: 'ModelBroken', model: absent.model, key: absent.key, id: absent.id, position }
      })
    )
  }
  return {
    see: (record) => {
      for (const { model, key, id, value } of changesOf(eventOf(record))) {
        prints.expect(nameOf(model, key, id), value === null ? undefined : JSON.stringify(value), record.position)
      }
    },
    compare: (store) =>
      pipe(
        TE.Do,
        TE.bind('other', () => differing(store)),
        TE.bind('absent', () => missing(store)),
        TE.flatMapEither(({ other, absent }) => {
          const first = absent === undefined ? other : earlier(other, absent)
          return first === undefined ? E.right(undefined) : E.left(first)
        })
      ),
  }
}
