import { keyIdFromText, type KeyId } from '@custody/core/identity'
import { pipe } from 'fp-ts/function'
import * as E from 'fp-ts/Either'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'

/** A key ID as it was typed, in any of its spellings. @errors Exit 2 for a text that is none. */
export const keyIdArgument = (text: string): E.Either<CommandFailure, KeyId> =>
  pipe(
    keyIdFromText(text),
    E.mapLeft(({ where, expected, found }) => failure(EXIT.usage, `${where}: expected ${expected}, found ${found}`))
  )
