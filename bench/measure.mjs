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

const gnuTime = (figures) => [GNU_TIME, ['-q', '-f', '%U %S %e %M', '-o', figures, '--']]

/** Bash counts the same seconds; the program's own errors are kept out of the file of figures. */
const bashTime = (figures) => [
  'bash',
  ['-c', 'exec 3>&2; TIMEFORMAT="%U %S %R"; { time "$@" 2>&3; } 2>"$0"', figures],
]

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
  hasGnuTime()
    ? 'GNU `time`: user and system seconds and the largest resident set that the system counted for the process'
    : 'Bash `time`: user and system seconds; the largest resident set read from `/proc` every 20 ms'

/**
 * Runs a program to its end and says what it cost.
 *
 * @param figures file to write the figures to; removed afterwards.
 * @returns `cpu` and `wall` in seconds, `peak` in MiB (undefined where nothing tells it).
 */
export const measure = async ({ command, args, env = {} }, figures) => {
  const [timer, timerArgs] = hasGnuTime() ? gnuTime(figures) : bashTime(figures)
  const stdio = ['ignore', 'ignore', 'pipe']
  const child = spawn(timer, [...timerArgs, command, ...args], { stdio, env: { ...process.env, ...env } })
  let polled = 0
  const poll = setInterval(() => (polled = Math.max(polled, childrenPeak(child.pid))), POLL_MS)
  const { code, errors } = await finish(child).finally(() => clearInterval(poll))
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${errors}`)
  const [user, system, wall, counted] = readFileSync(figures, 'utf8').trim().split(/\s+/).map(Number)
  rmSync(figures, { force: true })
  const peak = counted ?? polled
  return { cpu: user + system, wall, peak: peak > 0 ? peak / 1024 : undefined }
}
