import type { StoredEvent } from '@custody/core/event'
import { CoreError } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import type { EventStore } from '@custody/core/store'
import { InvalidArgumentError } from 'commander'
import * as TE from 'fp-ts/TaskEither'
import { defer, filter, lastValueFrom, repeat, takeWhile, tap, type Observable } from 'rxjs'

import type { CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { eventLine } from '../output/event-line'
import type { Reporter } from '../output/reporter'
import type { AddCommand } from './run'
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

/** `custody events`: the log, one line an event. */
export const events =
  (reporter: Reporter, options: EventsOptions) =>
  ({ store }: Home): TE.TaskEither<CommandFailure, void> =>
    TE.tryCatch(
      async () => {
        await lastValueFrom(
          source(store, options).pipe(
            takeWhile(() => reporter.isHeard()),
            filter((event) => wanted(event, options)),
            tap((event) => {
              reporter.emit(eventLine(event))
              reporter.answer(humanLine(event))
            })
          ),
          { defaultValue: undefined }
        )
      },
      (error) => {
        if (error instanceof CoreError) return coreFailure(error.fault)
        throw error
      }
    )

const source = (store: EventStore, { since, stream, follow }: EventsOptions): Observable<StoredEvent> => {
  if (follow === true) return followed(store, since)
  return stream === undefined ? store.readAll(since) : store.read(stream)
}

/** How often the log is asked for more. */
const FOLLOW_MILLISECONDS = 250

/** Never completes: whoever listens ends it. */
const followed = (store: EventStore, since: number | undefined): Observable<StoredEvent> => {
  let position = since ?? 0
  return defer(() => store.readAll(position)).pipe(
    tap((event) => (position = event.position)),
    repeat({ delay: FOLLOW_MILLISECONDS })
  )
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
