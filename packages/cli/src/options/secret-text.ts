import { open, type FileHandle } from 'node:fs/promises'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'

const STANDARD_INPUT = '-'

/** What a text with secrets was read for, and where it has to come from. */
export interface SecretText<A> {
  /** `-` for standard input. */
  readonly path: string
  /** The longest text, in bytes. */
  readonly longest: number
  /** What a fitting text is, as in `a key as hex or base64`. */
  readonly expected: string
  /** Takes the text apart; a number is the place of the first byte that does not fit. It must not keep the bytes. */
  readonly read: (text: Uint8Array) => A | number
}

/**
 * Reads a text that holds secrets. It is never a string in memory, and wiped when it was taken apart.
 *
 * @errors Exit 4 for a file that cannot be read; 3, with the place, for one that does not fit. Nothing of it is repeated.
 */
export const readSecretText = <A extends object>({
  path,
  longest,
  expected,
  read,
}: SecretText<A>): TE.TaskEither<CommandFailure, A> =>
  TE.tryCatch(
    async () => {
      const text = new Uint8Array(new ArrayBuffer(longest + 1))
      try {
        const length = await readInto(path, text)
        const found = length > longest ? longest : read(text.subarray(0, length))
        if (typeof found === 'number') throw new Unfit(found)
        return found
      } finally {
        text.fill(0)
      }
    },
    (error) =>
      error instanceof Unfit
        ? failure(EXIT.badInput, `${path}: at byte ${String(error.at)}: expected ${expected}, found something else`)
        : failure(EXIT.outside, `cannot read ${path}: ${codeOf(error)}`)
  )

class Unfit extends Error {
  constructor(readonly at: number) {
    super('unfit')
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'

const readInto = (path: string, into: Uint8Array): Promise<number> =>
  path === STANDARD_INPUT ? readStandardInput(into) : readFileInto(path, into)

const readFileInto = async (path: string, into: Uint8Array): Promise<number> => {
  const file: FileHandle = await open(path, 'r')
  try {
    let filled = 0
    while (filled < into.length) {
      const { bytesRead } = await file.read(into, filled, into.length - filled, null)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  } finally {
    await file.close()
  }
}

/** Through the stream, as standard input may be a file, a pipe, a socket or a terminal; what Node buffered is wiped. */
const readStandardInput = async (into: Uint8Array): Promise<number> => {
  let filled = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, into.length - filled)
    into.set(part, filled)
    filled += part.length
    chunk.fill(0)
    if (filled === into.length) break
  }
  return filled
}
