/** What a whole process costs, from its start to its end: processor time, memory and time on the clock. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'

const GNU_TIME = '/usr/bin/time'
const POLL_MS = 20

/** Other systems have a program of that name too, which knows no format and no output file. */
const hasGnuTime = () => {
  if (!existsSync(GNU_TIME)) return false
  const asked = spawnSync(GNU_TIME, ['--version'], { encoding: 'utf8' })
  return asked.status === 0 && `${asked.stdout}${asked.stderr}`.includes('GNU')
}

/** Bash counts thousandths of a second; the program's own errors are kept out of the file of figures. */
const TIMED = 'exec 3>&2; TIMEFORMAT="%3U %3S %3R"; { time "$@" 2>&3; } 2>"$0"'

/** Counted by Bash, and around it the system's own figure of the memory, where GNU `time` can be had. */
const timed = (figures, peak) => ['-c', TIMED, figures, ...(hasGnuTime() ? [GNU_TIME, '-q', '-f', '%M', '-o', peak, '--'] : [])]

const readOrEmpty = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The highest resident memory of the processes that `pid` started, in KiB; 0 where the system does not tell. */
const childrenPeak = (pid) => {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)
  const peaks = children.map((child) => Number(/VmHWM:\s+(\d+)/.exec(readOrEmpty(`/proc/${child}/status`))?.[1] ?? 0))
  return Math.max(0, ...peaks)
}

const finish = (child) =>
  new Promise((resolve, reject) => {
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-4000)))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, errors }))
  })

/** How processor time and memory are read here, in words. */
export const howMeasured = () =>
  `Bash \`time\`: user and system seconds; the largest resident set ${
    hasGnuTime() ? 'that the system counted for the process (GNU `time`)' : 'read from `/proc` every 20 ms'
  }`

/** The program that runs now; it and what it started are a group of their own. */
let running

/** Ends the program that runs now, and what it started. */
export const endRunning = () => {
  if (running?.pid !== undefined) process.kill(-running.pid, 'SIGKILL')
}

/**
 * Runs a program to its end and says what it cost.
 *
 * @param figures file to write the figures to; removed afterwards.
 * @returns `cpu` and `wall` in seconds, `peak` in MiB (undefined where nothing tells it).
 */
export const measure = async ({ command, args, env = {} }, figures) => {
  const peakFile = `${figures}.peak`
  const stdio = ['ignore', 'ignore', 'pipe']
  const options = { stdio, detached: true, env: { ...process.env, ...env } }
  const child = spawn('bash', [...timed(figures, peakFile), command, ...args], options)
  running = child
  let polled = 0
  const poll = setInterval(() => (polled = Math.max(polled, childrenPeak(child.pid))), POLL_MS)
  const { code, errors } = await finish(child).finally(() => {
    clearInterval(poll)
    running = undefined
  })
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${errors}`)
  const [user, system, wall] = readFileSync(figures, 'utf8').trim().split(/\s+/).map(Number)
  const counted = Number(readOrEmpty(peakFile))
  for (const path of [figures, peakFile]) rmSync(path, { force: true })
  const peak = counted > 0 ? counted : polled
  return { cpu: user + system, wall, peak: peak > 0 ? peak / 1024 : undefined }
}
