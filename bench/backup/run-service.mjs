/** Starts instances of the services and ends them. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SERVICE = join(dirname(fileURLToPath(import.meta.url)), 'service.mjs')

/** @returns the address, and what ends the instance and answers its CPU seconds and its peak of memory. */
export const startService = async (options) => {
  const child = fork(SERVICE, [JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [{ address }] = await once(child, 'message')
  const stop = async () => {
    const [[figures]] = await Promise.all([once(child, 'message'), child.send('end')])
    await once(child, 'exit')
    return figures
  }
  return { address, stop }
}
