/** Computers of one authority, and the clients by which they speak to its services. */
import { setTimeout as sleep } from 'node:timers/promises'

import { systemClock } from '@custody/core/clock'
import { serviceClient } from '@custody/core/exchange'
import { individualize } from '@custody/core/individualization'
import { systemRandom } from '@custody/core/random'
import { httpTransport } from '@custody/services/transport'
import { lastValueFrom } from 'rxjs'

import { openBenchHome } from '../vault/bench-home.mjs'

/** Consent of whoever started the bench. */
export const consent = { ask: async () => ({ answer: 'given', by: 'flag' }) }

const wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined)

export const clientOf = (address) =>
  serviceClient({ transport: httpTransport(address), clock: systemClock, random: systemRandom, wait })

/** An individualized home; `machineFile` is its own, so that it is a computer of its own. */
export const openComputer = async ({ folder, name, service }) => {
  const home = await openBenchHome({ folder, name })
  await lastValueFrom(individualize({ home, client: clientOf(service), consent })({ forced: false }), { defaultValue: undefined })
  return home
}
