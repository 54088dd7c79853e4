import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const POLL_MS = 10
const PEAK = /VmHWM:\s+(\d+) kB/

/** Whether this system says how much memory a process has held at most: Linux does, in `/proc`. */
export const tellsPeakMemory = (): boolean => existsSync('/proc/self/status')

/** The high-water mark so far; undefined when the process has ended. */
const peakOf = (pid: number): number | undefined => {
  try {
    const kibibytes = PEAK.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
  } catch {
    return undefined
  }
}

/**
 * Runs a Node program to its end and gives the most resident memory it held, in MiB.
 * The system keeps the mark itself, so a peak between two looks is not lost.
 *
 * @errors Rejects when the program does not end with 0, with what it wrote to standard error.
 */
export const peakMemory = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    let peak = 0
    const look = (): void => {
      if (child.pid !== undefined) peak = peakOf(child.pid) ?? peak
    }
    const looking = setInterval(look, POLL_MS)
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    child.on('error', reject)
    child.on('close', (code) => {
      clearInterval(looking)
      if (code === 0) resolve(peak)
      else reject(new Error(`${args.join(' ')} ended with ${code}: ${errors}`))
    })
  })
