import { Subject } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import type { Connections } from './connection'
import type { Sql } from './sql'
import { outside } from './transaction'

/** What a store does until it is closed. */
export interface Closable {
  /** Does some work. Rejects with {@link CoreError} of `StoreUnavailable` and does nothing when the store is closed. */
  readonly during: <A>(work: () => Promise<A>) => Promise<A>
  /** Single statements, each refused like other work when the store is closed. */
  readonly sql: Sql
  /** Emits after each append, and once more when the store was closed, so that followers learn of it. */
  readonly stored$: Subject<void>
  readonly closed$: Subject<void>
  /** Something that has to end before the store has. */
  readonly waitFor: (end: Promise<unknown>) => void
  readonly close: () => void
  readonly ended: () => Promise<void>
}

/** An open store over connections. */
export const closable = (connections: Connections): Closable => {
  let open = true
  const [stored$, closed$] = [new Subject<void>(), new Subject<void>()]
  const pending = new Set<Promise<unknown>>()
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const waitFor = (work: Promise<unknown>): void => {
    const settled = work.catch(() => undefined).then(() => void pending.delete(settled))
    pending.add(settled)
  }
  const during = async <A>(work: () => Promise<A>): Promise<A> => {
    if (!open) throw new CoreError({ type: 'StoreUnavailable', place: connections.place, code: 'CLOSED' })
    const result = work()
    waitFor(result)
    return result
  }
  const sql = outside(connections)
  return {
    during,
    sql: { place: connections.place, rows: (statement, values) => during(() => sql.rows(statement, values)) },
    stored$,
    closed$,
    waitFor,
    close: () => {
      if (!open) return
      open = false
      closed$.next()
      stored$.next()
      // Only then, because the pool forgets those that still wait for a connection.
      void Promise.all(pending).then(connections.end).then(end)
    },
    ended: () => ended,
  }
}
