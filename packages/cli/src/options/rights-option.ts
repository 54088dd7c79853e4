import { conditionsFromRights, type Conditions } from '@custody/core/license'
import { pipe } from 'fp-ts/function'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { readJsonFile } from './json-file'

/**
 * Reads the conditions of a license from a rights file.
 *
 * @errors Exit 4 for a file that cannot be read; 3 with the place of the first member that does not fit.
 */
export const readRights = (path: string): TE.TaskEither<CommandFailure, Conditions> =>
  pipe(
    readJsonFile(path),
    TE.chainEitherK((json) =>
      pipe(
        conditionsFromRights(json),
        E.mapLeft((fault) => coreFailure({ ...fault, where: `${path} ${fault.where}` }))
      )
    )
  )
