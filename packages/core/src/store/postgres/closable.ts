import { Subject } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import type { Connections } from './connection'
import type { Sql } from './sql'
import { outside } from './transaction'

/** What a store can be closed over. */
export interface Closable {
  /** The connections while the store is open. Throws {@link CoreError} with `StoreUnavailable` afterwards. */
  readonly connections: () => Connections
  /** The same for single statements. */
  readonly sql: () => Sql
  /** Emits after each append, and once more when the store was closed, so that followers learn of it. */
  readonly stored$: Subject<void>
  readonly closed$: Subject<void>
  readonly close: () => void
  readonly ended: () => Promise<void>
}

/** An open store over connections. */
export const closable = (connections: Connections): Closable => {
  let open = true
  const [stored$, closed$] = [new Subject<void>(), new Subject<void>()]
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const opened = (): Connections => {
    if (!open) throw new CoreError({ type: 'StoreUnavailable', place: connections.place, code: 'CLOSED' })
    return connections
  }
  const sql = outside(connections)
  return {
    connections: opened,
    sql: () => (opened(), sql),
    stored$,
    closed$,
    close: () => {
      if (!open) return
      open = false
      closed$.next()
      stored$.next()
      void connections.end().then(end)
    },
    ended: () => ended,
  }
}
