import type { CoreFault } from '@custody/core/fault'
import { timestampFromMicros } from '@custody/core/license'
import { BATCH_LIMIT, MOST_COMPUTERS, type HistoryReply } from '@custody/core/restore'
import type { ReadModelRow } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import * as t from 'io-ts'

import type { ManagementEnv } from './management-env'
import { computerKey, CountedTogether, RESTORED_COMPUTERS } from './restored-computers'

/** Another computer, as the asking one may know it. Times in microseconds since 1970. */
interface Other {
  readonly licenses: number
  readonly first: number
  readonly last: number
}

const Counted = t.type({ at: t.number })

const NOBODY: Other = { licenses: 0, first: Infinity, last: 0 }

const noteRows = (others: Map<string, Other>, mid: string, rows: ReadonlyArray<ReadModelRow>): void => {
  for (const { id, value } of rows) {
    if (id === mid || !Counted.is(value)) continue
    const { licenses, first, last } = others.get(id) ?? NOBODY
    others.set(id, { licenses: licenses + 1, first: Math.min(first, value.at), last: Math.max(last, value.at) })
  }
}

const replyOf = (mid: string, others: ReadonlyMap<string, Other>): HistoryReply => ({
  mid,
  computers: [...others]
    .sort(([, one], [, other]) => other.last - one.last)
    .slice(0, MOST_COMPUTERS)
    .map(([name, { licenses, first, last }]) => ({
      mid: name,
      licenses,
      first: timestampFromMicros(first),
      last: timestampFromMicros(last),
    })),
})

/**
 * Which computers are counted for licenses that one computer is counted for too: a backup that somebody else restored shows.
 *
 * @param mid a computer that proved itself.
 * @errors those of the store.
 * @source docs/reference/protocols.md, section 10
 */
export const restoreHistory =
  ({ store }: ManagementEnv, mid: string): TaskEither<CoreFault, HistoryReply> =>
  async () => {
    const own = await store.lookUp(RESTORED_COMPUTERS, computerKey(mid))()
    if (E.isLeft(own)) return own
    const keys = [...new Set(own.right.flatMap(({ value }) => (CountedTogether.is(value) ? value.licenses : [])))]
    const others = new Map<string, Other>()
    for (let at = 0; at < keys.length; at += BATCH_LIMIT) {
      const found = await store.lookUpAll(RESTORED_COMPUTERS, keys.slice(at, at + BATCH_LIMIT))()
      if (E.isLeft(found)) return found
      for (const rows of found.right.values()) noteRows(others, mid, rows)
    }
    return E.right(replyOf(mid, others))
  }
