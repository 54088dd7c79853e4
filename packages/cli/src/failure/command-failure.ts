import type { ExitCode } from './exit-code'

/** Why a command did not do what was asked, as it is told to the user. */
export interface CommandFailure {
  readonly exit: ExitCode
  /** Lines for standard error; each says what is wrong and, where one exists, what mends it. */
  readonly lines: ReadonlyArray<string>
  /** What mends it, where another command of ours does. */
  readonly mend?: 'individualize'
}

/** A failure of one line. */
export const failure = (exit: ExitCode, ...lines: ReadonlyArray<string>): CommandFailure => ({ exit, lines })
