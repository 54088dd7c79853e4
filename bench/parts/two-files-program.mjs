/**
 * The program that is measured: exports files by threads, so many at one time. Runs what was built.
 *
 * usage: node two-files-program.mjs AT_ONCE HOME MACHINE OUTPUT INPUT...
 */
import { createRequire } from 'node:module'
import { lastValueFrom, toArray } from 'rxjs'

const need = createRequire(import.meta.url)
const { clearKey } = need('../../packages/adapters/dist/systems/clear-key/index.js')
const { transferMany } = need('../../packages/adapters/dist/workers/index.js')

const main = async () => {
  const [atOnce, directory, machineFile, output, ...inputs] = process.argv.slice(2)
  const jobs = inputs.map((input, index) => ({ type: 'export', input, output: `${output}-${index}`, system: 'clear-key', scheme: 'cenc' }))
  const env = { home: { directory, machineFile }, registered: [clearKey.describe.systemId], concurrency: Number(atOnce) }
  const events = await lastValueFrom(transferMany(env)(jobs).pipe(toArray()))
  const done = events.filter(({ type }) => type === 'Done').length
  if (done !== inputs.length) throw new Error(`${done} of ${inputs.length} files were exported: ${JSON.stringify(events.at(-1))}`)
}

await main()
