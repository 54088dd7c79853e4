import { execFileSync } from 'node:child_process'

const MAX_OUTPUT = 64 * 1024 * 1024

/** Runs ffmpeg with bytes on its standard input, which it cannot seek, and answers its standard output. */
export const ffmpeg = (input: Uint8Array, ...args: ReadonlyArray<string>): Buffer =>
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args], {
    input,
    maxBuffer: MAX_OUTPUT,
    stdio: ['pipe', 'pipe', 'pipe'],
  })

/** Runs ffprobe and reads its JSON. */
export const ffprobe = (...args: ReadonlyArray<string>): unknown =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args], { encoding: 'utf8', maxBuffer: MAX_OUTPUT })
  )

/** The same with bytes on its standard input, which it cannot seek. */
export const ffprobePipe = (input: Uint8Array, ...args: ReadonlyArray<string>): unknown =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args, '-i', '-'], {
      input,
      maxBuffer: MAX_OUTPUT,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).toString()
  )
