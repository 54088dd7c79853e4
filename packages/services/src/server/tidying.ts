import type { CoreFault } from '@custody/core/fault'
import type { TaskEither } from 'fp-ts/TaskEither'

/** Work that comes again and again until it is stopped. */
export interface Tidying {
  /** Resolves when nothing of it runs any more. */
  readonly stop: () => Promise<void>
}

/** Milliseconds between two rounds: ten minutes. */
export const TIDYING_PAUSE = 600_000

/**
 * Removes what has lapsed, at once and then from time to time, and keeps no program alive. A round that fails leaves its work to
 * the next one: the service answers by its clock, not by what is still there.
 *
 * @returns once the first round is over.
 */
export const startTidying = async (
  work: ReadonlyArray<TaskEither<CoreFault, unknown>>,
  pause: number = TIDYING_PAUSE
): Promise<Tidying> => {
  const round = async (): Promise<void> => {
    for (const one of work) await one()
  }
  await round()
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(round)
  }, pause)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
      return running
    },
  }
}
