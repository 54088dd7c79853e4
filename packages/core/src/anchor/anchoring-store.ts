import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'
import type { Anchoring } from './anchoring'

/** When a running program anchors its log. */
export interface AnchorPace {
  /** Events since the last attempt. */
  readonly events: number
  /** Milliseconds since the first event that is not anchored. */
  readonly after: number
}

/** The pace of homes. @source docs/reference/protocols.md, section 7 */
export const ANCHOR_PACE: AnchorPace = { events: 1000, after: 600_000 }

/** A store whose appends are noticed. */
export interface AnchoringStore {
  readonly store: EventStore
  /** Anchors what was appended since the last anchor; nothing when nothing was. @errors those of anchoring. */
  readonly anchor: TE.TaskEither<CoreFault, Anchoring | undefined>
}

/**
 * Anchors a log while it is written: after so many events or so long. Appends do not wait for that, and a failure of it
 * is none of theirs; the next pace or `anchor` tries again. A timer that waits keeps no process alive.
 *
 * @param anchoring appends to the store below, not to this one.
 */
export const anchoringStore = (
  below: EventStore,
  anchoring: TE.TaskEither<CoreFault, Anchoring>,
  pace: AnchorPace = ANCHOR_PACE
): AnchoringStore => {
  let open = true
  let unanchored = false
  let sinceAttempt = 0
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()

  const attempt = async (): Promise<E.Either<CoreFault, Anchoring | undefined>> => {
    if (!open || !unanchored) return E.right(undefined)
    clearTimeout(timer)
    timer = undefined
    unanchored = false
    sinceAttempt = 0
    const result = await anchoring()
    if (E.isLeft(result)) unanchored = true
    return result
  }
  /** One after the other: two at once would vouch for the same records twice. */
  const anchor = (): ReturnType<typeof attempt> => {
    const next = running.then(attempt)
    running = next.catch(() => undefined)
    return next
  }
  const inBackground = (): void => void anchor()
  const notice = (events: number): void => {
    if (events === 0) return
    unanchored = true
    sinceAttempt += events
    timer ??= setTimeout(inBackground, pace.after).unref()
    if (sinceAttempt < pace.events) return
    sinceAttempt = 0
    setImmediate(inBackground)
  }
  const store: EventStore = {
    ...below,
    append: (request) => async () => {
      const appended = await below.append(request)()
      if (E.isRight(appended)) notice(appended.right.length)
      return appended
    },
    close: () => {
      open = false
      clearTimeout(timer)
      below.close()
    },
  }
  return { store, anchor }
}
