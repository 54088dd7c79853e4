import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { COMMAND, environmentOf } from './run-custody'
import type { Place } from './temporary-place'

/** The services as the command serves them. */
export interface ServedCustody {
  /** As in `http://127.0.0.1:41234`. */
  readonly address: string
  /** What it logged so far: one line of JSON for each request. */
  readonly logged: () => string
  /** Interrupts it and answers its exit code. */
  readonly stop: () => Promise<number | null>
}

/** Starts `custody serve` on a port of 127.0.0.1, any free one for 0, and waits until it listens. */
export const serveCustody = async (place: Place, words: ReadonlyArray<string> = [], port = 0): Promise<ServedCustody> => {
  const child = spawn(process.execPath, [COMMAND, ...words, 'serve', '--port', String(port), '--json'], {
    cwd: place.root,
    env: { ...environmentOf(place) },
  })
  const closed = once(child, 'close')
  let logged = ''
  child.stderr.on('data', (data: Buffer) => (logged += data.toString()))
  const [line] = (await Promise.race([once(child.stdout, 'data'), closed])) as unknown as readonly [Buffer | number | null]
  if (!Buffer.isBuffer(line)) throw new Error(`custody serve ended: ${logged}`)
  const { address } = JSON.parse(line.toString()) as { readonly address: string }
  return {
    address,
    logged: () => logged,
    stop: async () => {
      child.kill('SIGINT')
      const [code] = (await closed) as unknown as readonly [number | null]
      return code
    },
  }
}
