/** One instance of the services in a process of its own: says its address, and its figures when it is told to end. */
import { systemClock } from '@custody/core/clock'
import { systemRandom } from '@custody/core/random'
import { openPostgresStore } from '@custody/core/store/postgres'
import { openOperator } from '@custody/services/operator'

const NO_LIMIT = { perSecond: 1e6, burst: 1e6 }
const { directory, address: connection, schema } = JSON.parse(process.argv[2])

const opened = await openOperator({
  directory,
  clock: systemClock,
  random: systemRandom,
  limits: { perComputer: NO_LIMIT, perAddress: NO_LIMIT },
  policy: { restoreLimit: 1000, individualizationsADay: 1000 },
  ...(connection && { openStore: (given) => openPostgresStore({ ...given, connection, schema }) }),
})()
if (opened._tag === 'Left') throw new Error(JSON.stringify(opened.left))
const { listen, close } = opened.right
process.send({ address: await listen({ port: 0 }) })
process.on('message', async () => {
  const { user, system } = process.cpuUsage()
  process.send({ cpu: (user + system) / 1e6, peak: process.resourceUsage().maxRSS * 1024 }, async () => {
    await close()
    process.exit(0)
  })
})
