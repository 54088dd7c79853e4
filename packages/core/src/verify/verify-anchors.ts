import { createPublicKey, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom } from 'rxjs'
import { concatMap, count, filter, map, tap } from 'rxjs/operators'

import { checkAnchoredRecord } from '../anchor/anchored-record'
import { readAnchor, type AnchorDocument } from '../anchor/anchor-document'
import { ANCHOR_STREAM, LogAnchored } from '../anchor/anchor-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { attempted } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { HOME_STREAM, HomeRenewed } from '../home/home-event'
import type { LogHead } from '../store/log-head'
import type { Finding, Unchecked, VerifiedAnchors } from './verified-home'

/** What anchors say, and what could not be asked. */
export interface AnchorReport {
  readonly anchors: VerifiedAnchors
  readonly findings: ReadonlyArray<Finding>
  readonly unchecked: ReadonlyArray<Unchecked>
}

/** A kept anchor that is believed. */
interface KeptAnchor {
  readonly jws: string
  readonly anchor: AnchorDocument
}

const NOTHING: VerifiedAnchors = { logged: 0, kept: 0, newest: 0 }

/**
 * Compares a log whose chain holds with every anchor of it, in it and outside the home.
 *
 * @param head of the log as it was verified.
 * @errors `LogTruncated` when the log ends before a kept anchor or lacks the event of one; `LogBroken` when another record
 * stands where one was anchored, or an anchor in the log is none. Keys that do not open and a place that keeps no anchors
 * are no faults; the report says so.
 */
export const verifyAnchors = (home: Home, head: LogHead): TaskEither<CoreFault, AnchorReport> =>
  attempted(async () => {
    const key = await home.keystore.log()()
    if (E.isLeft(key)) {
      return { anchors: NOTHING, findings: [], unchecked: [{ check: 'anchors', fault: key.left } as const] }
    }
    const renewed = await renewal(home)
    const log = { key: createPublicKey(key.right.key), name: renewed?.logKey ?? home.logId, since: renewed?.position ?? 0 }
    // Before the log: whatever is kept by now stands there already.
    const newest = await home.anchors.newest()
    const { believed, findings } = judgeKept(log, E.isRight(newest) ? newest.right : [])
    await compareKept(home, believed)
    const { logged, missing } = await compareLogged(home, log, believed)
    if (missing) throw new CoreError({ type: 'LogTruncated', have: head.position, anchored: head.position + 1 })
    const fault = E.isLeft(newest) ? newest.left : null
    return {
      anchors: { logged, kept: believed.length, newest: believed.at(-1)?.anchor.position ?? 0 },
      findings,
      unchecked: believed.length === 0 ? [{ check: 'kept-anchors', fault } as const] : [],
    }
  })

/** Who vouches for a log: since it was renewed another key than the one that it is tied to. */
interface LogKey {
  readonly key: KeyObject
  readonly name: string
  /** Position of the record by which the key came; anchors before it are by a key that nobody here has. */
  readonly since: number
}

interface Renewal {
  readonly logKey: string
  readonly position: number
}

const renewal = ({ store }: Home): Promise<Renewal | undefined> =>
  lastValueFrom(
    store.read(HOME_STREAM).pipe(
      filter(({ type }) => type === HomeRenewed.type),
      map(({ data, position }) => (HomeRenewed.data.is(data) ? { logKey: data.logKey, position } : undefined))
    ),
    { defaultValue: undefined }
  )

const judgeKept = (
  { key, name }: LogKey,
  kept: ReadonlyArray<string>
): { readonly believed: ReadonlyArray<KeptAnchor>; readonly findings: ReadonlyArray<Finding> } => {
  const believed: KeptAnchor[] = []
  const findings: Finding[] = []
  for (const jws of kept) {
    const anchor = readAnchor(key, name, jws)
    if (E.isRight(anchor)) believed.push({ jws, anchor: anchor.right })
    else findings.push({ type: 'KeptAnchor', why: anchor.left.type, damage: true })
  }
  return { believed: believed.sort((left, right) => left.anchor.position - right.anchor.position), findings }
}

/** The newest says how long the log was; then the oldest that does not fit is nearest to where it was changed. */
const compareKept = async ({ log }: Home, kept: ReadonlyArray<KeptAnchor>): Promise<void> => {
  const newest = kept.at(-1)
  const end = newest === undefined ? E.right(undefined) : await checkAnchoredRecord(log, newest.anchor)()
  if (E.isLeft(end) && end.left.type === 'LogTruncated') throw new CoreError(end.left)
  for (const { anchor } of kept) await runTask(checkAnchoredRecord(log, anchor))
}

interface LoggedAnchors {
  readonly logged: number
  /** Whether a kept anchor has no event, though it was stored before it was kept. */
  readonly missing: boolean
}

const compareLogged = async (home: Home, logKey: LogKey, kept: ReadonlyArray<KeptAnchor>): Promise<LoggedAnchors> => {
  const missing = new Set(kept.map(({ jws }) => jws))
  const events$ = home.store.read(ANCHOR_STREAM).pipe(
    // The chain covers those before; whose they are cannot be proved any more.
    filter(({ position }) => position > logKey.since),
    concatMap((event) => compareEvent(home, logKey, event)),
    tap((jws) => missing.delete(jws))
  )
  const logged = await lastValueFrom(events$.pipe(count()))
  return { logged, missing: missing.size > 0 }
}

/** The chain holds already, so the hash before an event is that of the record before it. */
const compareEvent = async (home: Home, { key, name }: LogKey, event: StoredEvent): Promise<string> => {
  const { position, previousHash, type, data } = event
  const broken = (expected: string, found: string): CoreError =>
    new CoreError({ type: 'LogBroken', position, expected, found })
  if (type !== LogAnchored.type || !LogAnchored.data.is(data)) throw broken('an anchor', type)
  const read = readAnchor(key, name, data.anchor)
  if (E.isLeft(read)) throw broken('an anchor signed by the log key', read.left.type)
  const anchor = read.right
  if (anchor.position >= position) throw broken('an anchor of a record before it', `one of record ${anchor.position}`)
  if (anchor.position < position - 1) await runTask(checkAnchoredRecord(home.log, anchor))
  else if (anchor.head !== previousHash) throw broken(`an anchor of the record ${previousHash}`, `one of ${anchor.head}`)
  return data.anchor
}
