import { spawn, type ChildProcess } from 'node:child_process'

/** How a program ended and what it said. */
export interface Ended {
  /** Exit code; undefined when a signal ended it. */
  readonly exit: number | undefined
  readonly signal: NodeJS.Signals | undefined
  readonly stdout: Buffer
  readonly stderr: string
}

/** What a program is started with. */
export interface ProgramOptions {
  readonly cwd?: string
  /** The whole environment; that of the test run when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Given on standard input, which is closed afterwards; without it standard input is empty. */
  readonly input?: Uint8Array
  /** Called once with the running process, so that a test can send it a signal. */
  readonly onStart?: (child: ChildProcess) => void
}

/** Runs a program to its end; answers however it ended, and rejects only where it could not be started. */
export const runProgram = (
  file: string,
  words: ReadonlyArray<string>,
  { cwd, env, input, onStart }: ProgramOptions = {}
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(file, words, { stdio: 'pipe', cwd, env: { ...(env ?? process.env) } })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (part: Buffer) => stdout.push(part))
    child.stderr.on('data', (part: Buffer) => stderr.push(part))
    // A program that ends before it has read everything is no failure of the test.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({
        exit: code ?? undefined,
        signal: signal ?? undefined,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString('utf8'),
      })
    })
    onStart?.(child)
  })

/** The standard output of a program that has to succeed. */
export const outputOf = async (
  file: string,
  words: ReadonlyArray<string>,
  options: ProgramOptions = {}
): Promise<Buffer> => {
  const { exit, stdout, stderr } = await runProgram(file, words, options)
  if (exit !== 0) throw new Error(`${file} ${words.join(' ')} ended with ${String(exit)}: ${stderr}`)
  return stdout
}
