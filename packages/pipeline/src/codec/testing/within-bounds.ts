import { createContext, Script } from 'node:vm'

/** Milliseconds of processor time for one small input. */
const QUICK = 1000
/** Bytes above the start. */
const ROOM = 64 * 2 ** 20
/** Milliseconds after which a reader that does not end is stopped; far above what a busy machine makes of `QUICK`. */
const HANGS = 10_000
/** The same once that has happened: smaller inputs are looked for that hang as well. */
const HANGS_AGAIN = 500
let patience = HANGS

const running: { run: () => void } = { run: () => undefined }
/** Only a script of its own can be stopped from outside, and whatever it calls. */
const script = new Script('run()')
const context = createContext(running)

const held = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Reads one small input, and checks that the answer takes a second and 64 MiB at most. Reading without end fails, too. */
export const withinBounds = (read: () => void): void => {
  const [began, before] = [process.cpuUsage(), held()]
  running.run = read
  const started = performance.now()
  try {
    script.runInContext(context, { timeout: patience })
  } finally {
    if (performance.now() - started >= patience) patience = HANGS_AGAIN
  }
  const { user, system } = process.cpuUsage(began)
  expect((user + system) / 1000).toBeLessThan(QUICK)
  expect(held() - before).toBeLessThan(ROOM)
}
