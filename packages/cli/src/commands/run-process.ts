import { TransferError } from '@custody/adapters/transfer'
import type { StoredEvent } from '@custody/core/event'
import { CoreError } from '@custody/core/fault'
import type { ProcessEnv } from '@custody/core/process'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { Subscription, type Observable } from 'rxjs'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { transferFailure } from '../failure/transfer-failure'
import { eventLine } from '../output/event-line'
import type { Reporter } from '../output/reporter'

/** A process, given what tells when it has settled. */
export type Process = (env: Pick<ProcessEnv, 'onSettled'>) => Observable<StoredEvent>

/**
 * Runs a process and prints its events as they are stored. An interrupt cancels it, waits until the cancellation is
 * recorded and what was written is gone, and ends the command with 130. Another one, a second later, does not wait.
 *
 * @param each is told each event before it is printed, as for a progress bar.
 */
export const runProcess =
  (
    reporter: Reporter,
    process$: Process,
    each: (event: StoredEvent) => void = () => undefined
  ): TaskEither<CommandFailure, ReadonlyArray<StoredEvent>> =>
  () =>
    new Promise((resolve, reject) => {
      const stored: StoredEvent[] = []
      let interrupted = false
      const stopListening = (): void => {
        for (const signal of SIGNALS) process.off(signal, onInterrupt)
        reporter.progress(undefined)
      }
      const onSettled = (): void => {
        stopListening()
        if (interrupted) resolve(E.left(failure(EXIT.interrupted, 'cancelled')))
      }
      const onInterrupt = (): void => {
        if (interrupted) return
        interrupted = true
        // From then on the system's own answer to a signal holds again: the process ends at once.
        setTimeout(stopListening, MEANT_AFTER).unref()
        running.unsubscribe()
      }
      // Before it begins: a beginning may read for a while, and an interrupt then has to be recorded too.
      for (const signal of SIGNALS) process.on(signal, onInterrupt)
      const running = new Subscription()
      const begun = process$({ onSettled }).subscribe({
        next: (event) => {
          stored.push(event)
          each(event)
          reporter.emit(eventLine(event))
        },
        complete: () => {
          resolve(E.right(stored))
        },
        error: (error: unknown) => {
          if (error instanceof TransferError) resolve(E.left(transferFailure(error.fault)))
          else if (error instanceof CoreError) resolve(E.left(coreFailure(error.fault)))
          else reject(error instanceof Error ? error : new Error(String(error)))
        },
      })
      running.add(begun)
    })

/**
 * Milliseconds after which a second signal is meant as one. Before, it is the same Ctrl-C: the terminal sends it to the
 * command, and a launcher such as npx passes it on.
 */
const MEANT_AFTER = 1000

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
