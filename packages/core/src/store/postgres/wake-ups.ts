import { interval, merge, Observable, type Observer, share } from 'rxjs'
import { mergeMap, takeUntil, throttleTime } from 'rxjs/operators'

import { type Connections, quoted } from './connection'
import type { Sql, Statement } from './sql'

/** Between two attempts to listen again. */
const RECONNECT_MILLISECONDS = 500
/** A process that is killed after its append and before it tells of it is noticed this late. */
const PERIOD_MILLISECONDS = 1000
/** Appends in quick succession are told of together: every wake-up of the server passes one queue of its own. */
const TELL_MILLISECONDS = 5

const NOTIFY: Statement = { name: 'custody_notify', text: () => 'SELECT pg_notify($1, $2)' }

/** What a store needs to hear of others and to be heard by them. */
export interface WakeUpEnv {
  readonly connections: Connections
  /** Name of this opening, so that it does not wake itself up. */
  readonly self: string
  /** Emits after each append of this opening. */
  readonly stored$: Observable<void>
  readonly closed$: Observable<void>
  /** Something that has to end before the store has. */
  readonly waitFor: (end: Promise<unknown>) => void
  readonly followEveryMilliseconds?: number
}

/**
 * Emits after something may have been stored, by anybody: at once where the server's notices arrive, else within a period.
 * A connection that is lost is made again. One connection serves all subscribers. Never completes or fails.
 */
export const wakeUps = (env: WakeUpEnv): Observable<unknown> => {
  const heard$ = new Observable<void>((observer) => listen(env, observer)).pipe(takeUntil(env.closed$), share())
  return merge(env.stored$, heard$, interval(env.followEveryMilliseconds ?? PERIOD_MILLISECONDS))
}

/** Tells others of this opening's appends, after they are stored. A notice that is lost only makes others wait for their period. */
export const tellOthers = ({ connections, self, stored$, closed$ }: WakeUpEnv, sql: Sql): void => {
  const tell = (): Promise<unknown> => sql.rows(NOTIFY, [connections.channel, self]).catch(() => undefined)
  stored$
    .pipe(throttleTime(TELL_MILLISECONDS, undefined, { leading: true, trailing: true }), takeUntil(closed$), mergeMap(tell))
    .subscribe()
}

/** Listens until the teardown that it returns. */
const listen = ({ connections, self, waitFor }: WakeUpEnv, observer: Observer<void>): (() => void) => {
  let stopped = false
  let stop = (): void => undefined
  const begin = (): void => {
    const client = connections.listener()
    let over = false
    const again = (): void => {
      if (over || stopped) return
      over = true
      waitFor(client.end())
      const timer = setTimeout(begin, RECONNECT_MILLISECONDS)
      stop = () => clearTimeout(timer)
    }
    stop = () => waitFor(client.end())
    client.on('end', again).on('notification', ({ payload }) => (payload === self ? undefined : observer.next()))
    // Something may have been stored while nobody listened.
    const ready = client.connect().then(() => client.query(`LISTEN ${quoted(connections.channel)}`))
    ready.then(() => observer.next(), again)
  }
  begin()
  return () => {
    stopped = true
    stop()
  }
}
