import { readFile } from 'node:fs/promises'
import { conditionsFromRights, type Conditions } from '@custody/core/license'
import { pipe } from 'fp-ts/function'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { EXIT } from '../failure/exit-code'

/**
 * Reads the conditions of a license from a rights file.
 *
 * @errors Exit 4 for a file that cannot be read; 3 with the place of the first member that does not fit.
 */
export const readRights = (path: string): TE.TaskEither<CommandFailure, Conditions> =>
  pipe(
    TE.tryCatch(
      () => readFile(path, 'utf8'),
      (error) => failure(EXIT.outside, `cannot read ${path}: ${error instanceof Error ? error.message : 'unknown'}`)
    ),
    TE.chainEitherK((text) =>
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        // Without the parser's own words: they quote the text, and a key file may be named here by mistake.
        () => failure(EXIT.badInput, `${path}: expected JSON, found something else`)
      )
    ),
    TE.chainEitherK((json) =>
      pipe(
        conditionsFromRights(json),
        E.mapLeft((fault) => coreFailure({ ...fault, where: `${path} ${fault.where}` }))
      )
    )
  )
