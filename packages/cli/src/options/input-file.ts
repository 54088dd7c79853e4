import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'

const STANDARD_INPUT = '-'

/**
 * Reads a file whole, or standard input for `-`. Never more than the limit and the chunk that passed it, however large
 * or endless the file is.
 *
 * @param limit in bytes.
 * @errors Exit 4 for a file that cannot be read, 3 for one above the limit.
 */
export const readInputFile = (path: string, limit: number): TE.TaskEither<CommandFailure, Uint8Array> =>
  TE.tryCatch(
    () => readWithin(path === STANDARD_INPUT ? process.stdin : createReadStream(path), limit),
    (error) =>
      error instanceof TooLong
        ? failure(EXIT.badInput, `${path}: expected at most ${limit} bytes, found more`)
        : failure(EXIT.outside, `cannot read ${path}: ${codeOf(error)}`)
  )

class TooLong extends Error {}

const readWithin = async (stream: Readable, limit: number): Promise<Uint8Array> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part)
    length += part.length
    if (length > limit) throw new TooLong('too long')
  }
  return Buffer.concat(parts)
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'
