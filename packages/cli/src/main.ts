import { runCommandLine } from './command-line'

runCommandLine(process.argv.slice(2)).then(
  (exit) => {
    process.exitCode = exit
  },
  (error: unknown) => {
    // Nothing but a defect of our own comes here; the stack is what its report needs.
    process.stderr.write(`custody: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = EXIT_DEFECT
  }
)

/** As for any failure from outside of what was asked. */
const EXIT_DEFECT = 4
