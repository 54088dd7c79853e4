/** Exit codes of the command. @source docs/reference/command-line.md, "Exit codes" */
export const EXIT = {
  done: 0,
  /** By the domain: a right, a limit, a declined consent, a missing license. */
  refused: 1,
  /** The command was used wrongly. */
  usage: 2,
  /** Damaged, truncated or unsupported input. */
  badInput: 3,
  /** The outside world failed; safe to run again. */
  outside: 4,
  /** Cancelled and recorded. */
  interrupted: 130,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
