import { openFileSource } from '@custody/pipeline/io'
import { inspectMedia } from '@custody/pipeline/inspect'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { pipelineFailure } from '../failure/pipeline-failure'
import type { Reporter } from '../output/reporter'
import { inspectionOf, type Inspection } from './inspection'
import { inspectionLines } from './inspection-lines'
import type { AddCommand } from './run'

/** `custody inspect FILE`: what a media file holds, as far as it can be read. */
export const inspect =
  (reporter: Reporter) =>
  (path: string): TE.TaskEither<CommandFailure, void> =>
    pipe(
      openFileSource(path),
      TE.chainW((source) =>
        pipe(
          inspectMedia(source),
          TE.chainFirstW(() => source.close())
        )
      ),
      TE.bimap(pipelineFailure, (report) => {
        show(reporter, inspectionOf(report))
      })
    )

const show = (reporter: Reporter, inspection: Inspection): void => {
  reporter.emit({ ...inspection })
  for (const line of inspectionLines(inspection)) reporter.answer(line)
}

/** Adds `inspect`. */
export const addInspect: AddCommand = (program, perform) => {
  program
    .command('inspect <file>')
    .description('container, streams, protection headers, and what is wrong with them')
    .action(
      perform(
        (_, file = '') =>
          ({ reporter }) =>
            inspect(reporter)(file)
      )
    )
}
