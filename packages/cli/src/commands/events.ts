import type { StoredEvent } from '@custody/core/event'
import { CoreError } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import type { EventStore } from '@custody/core/store'
import { InvalidArgumentError } from 'commander'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import { filter, takeWhile, tap, type Observable } from 'rxjs'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'
import { eventLine } from '../output/event-line'
import type { Reporter } from '../output/reporter'
import type { AddCommand } from './run'
import { withHome } from './session'
import { untilInterrupted } from './until-interrupted'

/** Which events are wanted. */
export interface EventsOptions {
  /** Only those after this global position. */
  readonly since?: number
  readonly type?: string
  readonly stream?: string
  /** Go on with what is stored from now on. */
  readonly follow?: boolean
}

/** `custody events`: the log, one line an event. With `follow` it has no end but an interrupt, or a reader who left. */
export const events =
  (reporter: Reporter, options: EventsOptions) =>
  ({ store }: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      TE.tryCatch(
        () =>
          untilInterrupted(
            source(store, options).pipe(
              takeWhile(() => reporter.isHeard()),
              filter((event) => wanted(event, options)),
              tap((event) => {
                reporter.emit(eventLine(event))
                reporter.answer(humanLine(event))
              })
            )
          ),
        (error) => {
          if (error instanceof CoreError) return coreFailure(error.fault)
          throw error
        }
      ),
      TE.filterOrElse(
        (interrupted) => !interrupted,
        () => failure(EXIT.interrupted)
      ),
      TE.map(() => undefined)
    )

const source = (store: EventStore, { since, stream, follow }: EventsOptions): Observable<StoredEvent> => {
  if (follow === true) return store.follow(since)
  return stream === undefined ? store.readAll(since) : store.read(stream)
}

const wanted = (event: StoredEvent, { since, type, stream }: EventsOptions): boolean =>
  (type === undefined || event.type === type) &&
  (stream === undefined || event.stream === stream) &&
  (since === undefined || event.position > since)

const POSITION_WIDTH = 6

const humanLine = (event: StoredEvent): string => {
  const { at, type } = eventLine(event)
  return `${String(event.position).padStart(POSITION_WIDTH)}  ${String(at)}  ${String(type)}  ${event.stream}`
}

/** Adds `events`. */
export const addEvents: AddCommand = (program, perform) => {
  program
    .command('events')
    .description('the log')
    .option('--since <position>', 'only events after this position', positionOption)
    .option('--type <type>', 'only events of this type')
    .option('--stream <stream>', 'only events of this stream')
    .option('--follow', 'go on with what is stored from now on, until interrupted')
    .action(
      perform(
        (options) =>
          ({ reporter, places }) =>
            withHome(places)(events(reporter, options))
      )
    )
}

const positionOption = (text: string): number => {
  const position = Number(text)
  if (!Number.isSafeInteger(position) || position < 0) throw new InvalidArgumentError('A position is a whole number from 0.')
  return position
}
