import { wipeSecret } from '../secret/secret'
import type { Sessions } from './restore-batches'
import type { RestoreSession } from './restore-session'

/** The sessions of one restore. */
export interface OpenSessions extends Sessions {
  /** Wipes the transport keys of all of them, and ends each. */
  readonly close: () => Promise<void>
}

/**
 * Keeps one session open.
 *
 * @param openOne opens another.
 * @param endOne tells the service that one is over; never rejects.
 */
export const sessionsOf = (
  openOne: () => Promise<RestoreSession>,
  endOne: (session: RestoreSession) => Promise<void>
): OpenSessions => {
  const opened: Array<Promise<RestoreSession>> = []
  const open = (): Promise<RestoreSession> => {
    const session = openOne()
    session.catch(() => undefined)
    opened.push(session)
    return session
  }
  const current = (): Promise<RestoreSession> => opened.at(-1) ?? open()
  return {
    current,
    renew: async (expired) => {
      const last = opened.at(-1)
      const isExpired = (await current()) === expired
      // Another batch may have opened the next one meanwhile.
      return isExpired && opened.at(-1) === last ? open() : current()
    },
    close: async () => {
      const sessions = (await Promise.allSettled(opened)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      for (const { transport } of sessions) wipeSecret(transport)
      await Promise.all(sessions.map(endOne))
    },
  }
}
