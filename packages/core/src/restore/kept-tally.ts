import * as E from 'fp-ts/Either'

import { decodeEvent } from '../event/decode-event'
import { CoreError } from '../fault/core-error'
import type { ProcessContext } from '../process/run-process'
import { RESTORE_EVENTS, restoreStream } from './restore-event'
import { evolve, type RestoreTally } from './restore-tally'

/** How far a restore has come, with each event that it stores. */
export interface KeptTally {
  /** The process's own, its store watched: what it appends to the restore's stream is counted. */
  readonly context: ProcessContext
  readonly tally: () => RestoreTally
}

const decode = decodeEvent(RESTORE_EVENTS)

/**
 * Goes on with the tally that the log has, instead of reading all of the stream again, which has an event for each license.
 * Nobody else appends to it while a restore holds the lock.
 */
export const keptTally = (context: ProcessContext, run: string, before: RestoreTally): KeptTally => {
  const stream = restoreStream(run)
  const { home } = context
  let tally = before
  const append: typeof home.store.append = (request) => async () => {
    const answer = await home.store.append(request)()
    if (E.isLeft(answer)) return answer
    for (const event of answer.right) {
      if (event.stream !== stream) continue
      const decoded = decode(event)
      if (E.isLeft(decoded)) throw new CoreError(decoded.left)
      tally = evolve(tally, decoded.right)
    }
    return answer
  }
  // By descriptors: what a home reads anew at each look goes on being read anew.
  const watched = Object.defineProperties({} as typeof home, {
    ...Object.getOwnPropertyDescriptors(home),
    store: { value: { ...home.store, append }, enumerable: true },
  })
  return { context: { ...context, home: watched }, tally: () => tally }
}
