import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { scan } from 'rxjs/operators'

import { chainHash, genesisHash } from '../event/chain-hash'
import type { LogRecord } from '../event/log-record'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { lastOf } from './last-of'
import type { LogAccess } from './log-access'
import type { LogHead } from './log-head'

/** A log whose chain holds. */
export interface VerifiedLog {
  readonly events: number
  readonly head: LogHead
}

/**
 * Recomputes every hash of a log from its stored bytes and compares the end with the head that the store keeps.
 * Proves that no record was edited, dropped, swapped or inserted; a log cut off together with its head needs an anchor.
 *
 * @param logId the log key's thumbprint, which the first record is tied to.
 * @param each is shown every record that fits, in order; it may throw a `CoreError`.
 * @errors `LogBroken` names the first record that does not fit; the store's own faults pass through.
 */
export const verifyLog =
  (
    log: Pick<LogAccess, 'head' | 'records'>,
    logId: string,
    each: (record: LogRecord) => void = () => undefined
  ): TaskEither<CoreFault, VerifiedLog> =>
  async () => {
    const head = await log.head()()
    if (E.isLeft(head)) return head
    const start: LogHead = { position: 0, hash: genesisHash(logId), time: 0 }
    const links$ = log.records().pipe(
      scan((before, record) => {
        const next = step(before, record)
        each(record)
        return next
      }, start)
    )
    const verified = await lastOf(links$, start)()
    if (E.isLeft(verified)) return verified
    const end = verified.right
    const agrees = end.position > head.right.position || sameHead(end, head.right)
    return agrees ? E.right({ events: end.position, head: end }) : E.left(cutOff(end, head.right))
  }

const step = (before: LogHead, record: LogRecord): LogHead => {
  const position = before.position + 1
  if (record.position !== position) throw broken(position, `position ${position}`, `position ${record.position}`)
  if (record.previousHash !== before.hash) throw broken(position, before.hash, record.previousHash)
  const hash = chainHash(record)
  if (record.hash !== hash) throw broken(position, hash, record.hash)
  return { position, hash, time: Math.max(before.time, record.time) }
}

const sameHead = (a: LogHead, b: LogHead): boolean =>
  a.position === b.position && a.hash === b.hash && a.time === b.time

const broken = (position: number, expected: string, found: string): CoreError =>
  new CoreError({ type: 'LogBroken', position, expected, found })

const cutOff = (end: LogHead, head: LogHead): CoreFault => {
  const missing = end.position < head.position
  return {
    type: 'LogBroken',
    position: missing ? end.position + 1 : end.position,
    expected: missing ? `a record, up to position ${head.position}` : `${head.hash}, time ${head.time}`,
    found: missing ? 'the end of the log' : `${end.hash}, time ${end.time}`,
  }
}
