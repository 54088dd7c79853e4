import { execFileSync } from 'node:child_process'

const MAX_OUTPUT = 64 * 1024 * 1024
/** Milliseconds; a reader that goes round in circles must not take the test run with it. */
const LIMIT = 60_000
const BOUNDS = { maxBuffer: MAX_OUTPUT, timeout: LIMIT, killSignal: 'SIGKILL' } as const

/** Runs ffmpeg with bytes on its standard input, which it cannot seek, and answers its standard output. */
export const ffmpeg = (input: Uint8Array, ...args: ReadonlyArray<string>): Buffer =>
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args], {
    ...BOUNDS,
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

/** Runs ffprobe and reads its JSON. */
export const ffprobe = (...args: ReadonlyArray<string>): unknown =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args], { ...BOUNDS, encoding: 'utf8' })
  )

/** The same with bytes on its standard input, which it cannot seek. */
export const ffprobePipe = (input: Uint8Array, ...args: ReadonlyArray<string>): unknown =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args, '-i', '-'], {
      ...BOUNDS,
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).toString()
  )
