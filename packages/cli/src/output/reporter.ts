import { createColours, type Colours } from './colours'
import { printableJson } from './printable'
import type { StandardOutput } from './standard-output'

/** How a command speaks: lines for people on a terminal, or one JSON object per line for programs. */
export interface Reporter {
  /** A line for people; silent with `--json` and with `--quiet`. */
  readonly say: (line: string) => void
  /** A line of the answer itself, for people; silent with `--json`, never with `--quiet`. */
  readonly answer: (line: string) => void
  /** An object for programs; silent without `--json`. */
  readonly emit: (value: Readonly<Record<string, unknown>>) => void
  /** A line on standard error; shown always. */
  readonly warn: (line: string) => void
  /** A line that is overwritten by the next one; only on a terminal. */
  readonly progress: (line: string | undefined) => void
  readonly colours: Colours
  readonly json: boolean
  /** Whether somebody still takes the answer: `head` goes when it has its lines. */
  readonly isHeard: () => boolean
}

/** The options that decide how a command speaks. */
export interface ReporterOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly output: Pick<StandardOutput, 'isOpen'>
}

const CLEAR_LINE = '\r\u001b[2K'

/** A reporter over the process's own streams. */
export const createReporter = ({ json, quiet, output }: ReporterOptions): Reporter => {
  const onTerminal = process.stdout.isTTY && !json && !quiet
  let shown = false
  const clear = (): void => {
    if (shown) process.stdout.write(CLEAR_LINE)
    shown = false
  }
  const print = (line: string): void => {
    clear()
    process.stdout.write(`${line}\n`)
  }
  return {
    json,
    isHeard: output.isOpen,
    colours: createColours(onTerminal && process.env['NO_COLOR'] === undefined),
    say: (line) => {
      if (!json && !quiet) print(line)
    },
    answer: (line) => {
      if (!json) print(line)
    },
    emit: (value) => {
      if (json) process.stdout.write(`${printableJson(value)}\n`)
    },
    warn: (line) => {
      clear()
      process.stderr.write(`custody: ${line}\n`)
    },
    progress: (line) => {
      if (!onTerminal) return
      clear()
      if (line === undefined) return
      process.stdout.write(line)
      shown = true
    },
  }
}
