import { keyIdFromText, type KeyId } from '@custody/core/identity'
import { secretFromBytes, wipeSecret, type Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { decodeHexKey, trimmed } from './key-text'
import { readSecretText } from './secret-text'

/** A key of the user's own with its id. */
export interface KeyLine {
  readonly keyId: KeyId
  readonly key: Secret
}

/** Hundreds of keys with white space and comments. */
const LONGEST = 64 * 1024

const LINE_END = 0x0a
const SEPARATOR = 0x3a
const COMMENT = 0x23

/**
 * Reads `KID:KEY` lines, as `keys reveal` prints them, from a file, or from standard input for `-`: the key ID as it may
 * be written anywhere, the key as hex. Empty lines and lines that begin with `#` are passed over. The caller wipes the keys.
 *
 * @errors Exit 4 for a file that cannot be read; 3 for one without such a line, and for any other line, with its place.
 */
export const readKeyLines = (path: string): TE.TaskEither<CommandFailure, ReadonlyArray<KeyLine>> =>
  readSecretText({ path, longest: LONGEST, expected: 'KID:KEY lines with keys as hex', read: keyLines })

const keyLines = (text: Uint8Array): ReadonlyArray<KeyLine> | number => {
  const lines: KeyLine[] = []
  let from = 0
  while (from < text.length) {
    const end = text.indexOf(LINE_END, from)
    const to = end < 0 ? text.length : end
    const line = trimmed(text.subarray(from, to))
    if (line.length > 0 && line[0] !== COMMENT) {
      const read = keyLine(line)
      if (read === undefined) {
        for (const { key } of lines) wipeSecret(key)
        return from
      }
      lines.push(read)
    }
    from = to + 1
  }
  return lines.length === 0 ? 0 : lines
}

const keyLine = (line: Uint8Array): KeyLine | undefined => {
  const middle = line.indexOf(SEPARATOR)
  if (middle < 0) return undefined
  // The key ID is no secret, so it may become text.
  const keyId = keyIdFromText(new TextDecoder('latin1').decode(trimmed(line.subarray(0, middle))))
  const key = decodeHexKey(trimmed(line.subarray(middle + 1)))
  if (E.isLeft(keyId)) {
    key?.fill(0)
    return undefined
  }
  return key === undefined ? undefined : { keyId: keyId.right, key: secretFromBytes(key) }
}
