import { secretFromBytes, type Secret } from '@custody/core/secret'
import type * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { decodeKey, trimmed } from './key-text'
import { readSecretText } from './secret-text'

/** The longest text of a key file: hex of 64 bytes, with room for white space. */
const LONGEST = 256

/**
 * Reads a key or a seed from a file, or from standard input for `-`: hex or base64 text with white space around it.
 * The text is never a string in memory: it is decoded byte by byte and wiped.
 *
 * @errors Exit 4 for a file that cannot be read, 3 for one that is no key.
 */
export const readKeyFile = (path: string): TE.TaskEither<CommandFailure, Secret> =>
  readSecretText({
    path,
    longest: LONGEST,
    expected: 'a key as hex or base64',
    read: (text) => {
      const bytes = decodeKey(trimmed(text))
      return bytes === undefined ? 0 : secretFromBytes(bytes)
    },
  })
