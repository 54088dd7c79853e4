import { pipe } from 'fp-ts/function'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { readInputFile } from './input-file'

/** Far above anything that a person writes. */
const LONGEST = 1024 * 1024

/**
 * Reads a file as JSON, or standard input for `-`.
 *
 * @errors Exit 4 for a file that cannot be read, 3 for one that is no JSON or above a mebibyte.
 */
export const readJsonFile = (path: string): TE.TaskEither<CommandFailure, unknown> =>
  pipe(
    readInputFile(path, LONGEST),
    TE.chainEitherK((bytes) =>
      E.tryCatch(
        () => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown,
        // Without the parser's own words: they quote the text, and a key file may be named here by mistake.
        () => failure(EXIT.badInput, `${path}: expected JSON, found something else`)
      )
    )
  )
