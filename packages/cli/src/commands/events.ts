import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import type { EventStore } from '@custody/core/store'
import { InvalidArgumentError } from 'commander'
import type * as TE from 'fp-ts/TaskEither'
import { filter, takeWhile, tap, type Observable } from 'rxjs'

import type { CommandFailure } from '../failure/command-failure'
import { eventLine } from '../output/event-line'
import type { Reporter } from '../output/reporter'
import type { AddCommand } from './run'
import { runSource } from './run-source'
import { withHome } from './session'

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
    runSource(
      source(store, options).pipe(
        takeWhile(() => reporter.isHeard()),
        filter((event) => wanted(event, options)),
        tap((event) => {
          reporter.emit(eventLine(event))
          reporter.answer(humanLine(event))
        })
      )
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
