import { fromEvent, lastValueFrom, merge, takeUntil, tap, type Observable } from 'rxjs'

/** What a user sends to end a command that has no end of its own. */
const SIGNALS = ['SIGINT', 'SIGTERM']

/**
 * Runs a source to its end, or until the user interrupts it; answers whether he did. From the interrupt on the
 * system's own answer to signals holds again, so that a second one ends the process at once.
 */
export const untilInterrupted = async (source$: Observable<unknown>): Promise<boolean> => {
  let interrupted = false
  const signals$ = merge(...SIGNALS.map((signal) => fromEvent(process, signal))).pipe(tap(() => (interrupted = true)))
  await lastValueFrom(source$.pipe(takeUntil(signals$)), { defaultValue: undefined })
  return interrupted
}
