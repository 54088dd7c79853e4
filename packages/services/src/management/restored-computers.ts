import * as E from 'fp-ts/Either'

import { decodeEvent } from '@custody/core/event'
import { CoreError } from '@custody/core/fault'
import type { Projection, ReadModelChange } from '@custody/core/store'
import * as t from 'io-ts'

import { RestoreBatchDecided, RestoreSessionEnded, RestoreSessionOpened } from './management-event'

/** Name of the read model of who is counted for what. */
export const RESTORED_COMPUTERS = 'restored-computers/2'
/** Name of the read model of sessions whose keys are kept. */
export const OPEN_SESSIONS = 'open-restore-sessions'
/** The one key of that model; its rows are sessions. */
export const OPEN = 'open'

/** A license as the service names it: nobody can use up another issuer's places by taking its license ids. */
export interface CountedLicense {
  readonly issuer: string
  readonly lid: string
}

/** Under this key stands one row for each computer that a license is counted for. */
export const licenseKey = ({ issuer, lid }: CountedLicense): string => `${issuer}/${lid}`
/** Under this key stands one {@link CountedTogether} for each batch by which a computer was counted; no issuer has such a name. */
export const computerKey = (mid: string): string => `computer/${mid}`

/** Licenses that a computer was counted for at once, by their keys: a row for each of them would double what a restore stores. */
export const CountedTogether = t.type({ licenses: t.array(t.string) }, 'licenses counted together')

const decodeBatch = decodeEvent([RestoreBatchDecided])
const decodeSession = decodeEvent([RestoreSessionOpened, RestoreSessionEnded])

/** Both ways: computers by license, to count by, and licenses by computer, for its history. Of two counts of one the first stands. */
export const restoredComputers: Projection = {
  model: RESTORED_COMPUTERS,
  project: (event) => {
    if (event.type !== RestoreBatchDecided.type) return []
    const decoded = decodeBatch(event)
    if (E.isLeft(decoded)) throw new CoreError(decoded.left)
    const changes: ReadModelChange[] = []
    const licensesOf = new Map<string, string[]>()
    const value = { at: event.time }
    for (const { issuer, lid, added } of decoded.right.data.results) {
      if (issuer === undefined || lid === undefined) continue
      const license = licenseKey({ issuer, lid })
      for (const mid of added ?? []) {
        changes.push({ model: RESTORED_COMPUTERS, key: license, id: mid, value })
        const licenses = licensesOf.get(mid)
        if (licenses === undefined) licensesOf.set(mid, [license])
        else licenses.push(license)
      }
    }
    for (const [mid, licenses] of licensesOf) {
      changes.push({ model: RESTORED_COMPUTERS, key: computerKey(mid), id: event.id, value: { licenses } })
    }
    return changes
  },
}

/** The sessions that are not over, with their last moment. */
export const openSessions: Projection = {
  model: OPEN_SESSIONS,
  project: (event) => {
    if (event.type !== RestoreSessionOpened.type && event.type !== RestoreSessionEnded.type) return []
    const decoded = decodeSession(event)
    if (E.isLeft(decoded)) throw new CoreError(decoded.left)
    const { type, data } = decoded.right
    const value = type === 'RestoreSessionOpened' ? { expires: data.expires } : null
    return [{ model: OPEN_SESSIONS, key: OPEN, id: data.session, value }]
  },
}

/** What a store of this service has to be opened with. */
export const MANAGEMENT_PROJECTIONS: ReadonlyArray<Projection> = [restoredComputers, openSessions]
