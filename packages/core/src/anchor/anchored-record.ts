import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, take } from 'rxjs'

import type { LogRecord } from '../event/log-record'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { LogAccess } from '../store/log-access'
import type { AnchorDocument } from './anchor-document'

const recordAt =
  (log: LogAccess, position: number): TaskEither<CoreFault, LogRecord | undefined> =>
  async () => {
    try {
      return E.right(await lastValueFrom(log.records(position - 1).pipe(take(1)), { defaultValue: undefined }))
    } catch (error) {
      if (error instanceof CoreError) return E.left(error.fault)
      throw error
    }
  }

/** Whether a fault says that a log is not the one which was anchored. */
export const isOtherLog = ({ type }: CoreFault): boolean => type === 'LogTruncated' || type === 'LogBroken'

/**
 * Compares an anchor with the record that it vouches for, by the record's stored hash.
 *
 * @errors `LogTruncated` when the log ends before it, `LogBroken` when another record stands there; those of the store.
 */
export const checkAnchoredRecord =
  (log: LogAccess, { position, head }: AnchorDocument): TaskEither<CoreFault, void> =>
  async () => {
    const found = await recordAt(log, position)()
    if (E.isLeft(found)) return found
    if (found.right?.position === position) {
      if (found.right.hash === head) return E.right(undefined)
      return E.left({ type: 'LogBroken', position, expected: `the anchored record ${head}`, found: found.right.hash })
    }
    const end = await log.head()()
    return E.isLeft(end) ? end : E.left({ type: 'LogTruncated', have: end.right.position, anchored: position })
  }
