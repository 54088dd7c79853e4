import { secretEquals, secretFromBytes, wipeSecret, type Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { askHidden } from '../consent/ask-hidden'
import { canAsk } from '../consent/ask-yes'
import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'
import { readSecretText } from './secret-text'

const LONGEST = 1024
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** The first line, without its end; nothing in it is a place of a fault. */
const firstLine = (text: Uint8Array): Secret | number => {
  const end = text.indexOf(LINE_FEED)
  const line = text.subarray(0, end < 0 ? text.length : end)
  const length = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length
  return length === 0 ? 0 : secretFromBytes(line.slice(0, length))
}

/**
 * A passphrase from a file (`-` for standard input), or asked for on the terminal without being shown. Never from an argument, which
 * other users of the machine can read.
 *
 * @param given the option's value: a path, or `true` where there is none.
 * @param again asks for it once more, on a terminal, where a mistake would lose something.
 * @errors exit 4 for a file that cannot be read, 3 for an empty one, 1 where nobody can be asked.
 */
const readPassphrase = (given: unknown, question: string, again?: string): TE.TaskEither<CommandFailure, Secret> => {
  if (typeof given === 'string') {
    return readSecretText({ path: given, longest: LONGEST, expected: 'a passphrase on the first line', read: firstLine })
  }
  if (!canAsk()) return TE.left(failure(EXIT.refused, 'a passphrase is asked for on a terminal, or read from a file'))
  return async () => {
    const typed = await askHidden(question, LONGEST)
    if (typed === undefined) return E.left(failure(EXIT.interrupted, 'cancelled'))
    const repeated = again === undefined ? typed : await askHidden(again, LONGEST)
    if (repeated !== undefined && secretEquals(typed, repeated)) return E.right(typed)
    wipeSecret(typed)
    return E.left(failure(EXIT.refused, 'the two passphrases differ; nothing was changed'))
  }
}

/**
 * The passphrase of a home, from its file or the terminal; nothing where neither gives one, which is told why.
 *
 * @param tell takes a line for a person.
 */
export const homePassphrase = async (file: string | undefined, tell: (line: string) => void): Promise<Secret | undefined> => {
  if (file === undefined && !canAsk()) return undefined
  const read = await readPassphrase(file, 'Passphrase of this home: ')()
  if (E.isRight(read)) return read.right
  for (const line of read.left.lines) tell(line)
  return undefined
}

/** Reads the passphrase of an option for one piece of work and wipes it afterwards; nothing where the option is not given. */
export const withPassphrase =
  (given: unknown, question: string, again?: string) =>
  <A>(work: (passphrase: Secret | undefined) => TE.TaskEither<CommandFailure, A>): TE.TaskEither<CommandFailure, A> =>
  async () => {
    if (given === undefined) return work(undefined)()
    const read = await readPassphrase(given, question, again)()
    if (E.isLeft(read)) return read
    try {
      return await work(read.right)()
    } finally {
      wipeSecret(read.right)
    }
  }
