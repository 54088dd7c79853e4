import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'

/** How standard output fares, beside what the command itself does. */
export interface StandardOutput {
  /** Whether everything could be written so far; when not, the rest of an answer need not be looked for. */
  readonly isOpen: () => boolean
  /** Waits until everything is written. Answers why not when it could not be; a reader who had enough is no failure. */
  readonly settled: () => Promise<CommandFailure | undefined>
}

/** What the system says when the reader of a pipe has gone, as `head` does when it has its lines. */
const READER_GONE = 'EPIPE'

/** Takes the errors of the standard streams, which would otherwise end the process with a stack. */
export const watchStandardOutput = (): StandardOutput => {
  let lost: string | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    lost ??= error.code ?? 'UNKNOWN'
  })
  // What cannot be said on standard error cannot be said at all.
  process.stderr.on('error', () => undefined)
  return {
    isOpen: () => lost === undefined,
    settled: async () => {
      await new Promise<void>((resolve) => {
        process.stdout.write('', () => {
          // After the error event of the same write.
          setImmediate(resolve)
        })
      })
      return lost === undefined || lost === READER_GONE
        ? undefined
        : failure(EXIT.outside, `cannot write standard output: ${lost}`)
    },
  }
}
