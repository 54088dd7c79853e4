import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { COMMAND, environmentOf, loggedData } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { peakMemory, tellsPeakMemory } from '../memory/peak-memory'
import { runOperator, type RunningOperator } from './running-operator'

const MIB = 1024 * 1024
const PACKAGE = 50 * MIB
const CUTS = 10
/** Of the command, which takes 100 for a small package. With parts that wait to be collected: 206 here, 200 for one of 100 MiB. */
const MOST_MEMORY_MIB = 256
const TIMEOUT = 300_000
const PACKAGES = '/v1/individualization/packages/'
const [LEAST_EVENTS, MOST_EVENTS] = [12, 400]

/** A link that lets so many bytes of a package through, and then breaks; so often, each time a bit further. */
const cuttingLink = async (service: string, after: number, cuts: number) => {
  let left = cuts
  const carry = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = 'GET', url = '/', headers } = incoming
    const forward = request(new URL(url, service), { method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 0, reply.headers)
      const cutting = url.startsWith(PACKAGES) && left > 0
      if (!cutting) return void reply.pipe(outgoing)
      left -= 1
      let room = after
      reply.on('data', (part: Buffer) => {
        outgoing.write(part.subarray(0, room))
        room -= part.length
        if (room > 0) return
        reply.destroy()
        outgoing.destroy()
      })
    })
    forward.on('error', () => outgoing.destroy())
    incoming.pipe(forward)
  }
  const server = createServer(carry)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    left: () => left,
    close: () => server.close().closeAllConnections(),
  }
}

interface Progress {
  readonly leaves: number
  readonly status: { readonly http: number; readonly read: number; readonly total: number }
}

describe(`a package of ${PACKAGE / MIB} MiB over a link that is cut ${CUTS} times`, () => {
  let place: Place
  let operator: RunningOperator
  beforeAll(async () => {
    place = createPlace()
    operator = await runOperator(place.at('authority'), PACKAGE)
  }, TIMEOUT)
  afterAll(async () => {
    await operator.close()
    removePlaces()
  })

  it(
    'IN-22, IN-24: comes whole by going on, with rising progress and within bounded memory',
    async () => {
      const link = await cuttingLink(operator.url, Math.floor(PACKAGE / (CUTS + 2)), CUTS)
      try {
        const words = [COMMAND, '--quiet', 'individualize', '--yes', '--service', link.url]
        const peak = await peakMemory(words, environmentOf(place))
        expect(link.left()).toBe(0)
        if (tellsPeakMemory()) expect(peak).toBeLessThan(MOST_MEMORY_MIB)
      } finally {
        link.close()
      }
      const all = (await loggedData(place, 'IndividualizationProgress')) as unknown as ReadonlyArray<Progress>
      const receiving = all.map(({ status }) => status).filter(({ read }) => read > 0)
      expect(receiving.length).toBeGreaterThanOrEqual(LEAST_EVENTS)
      expect(all.length).toBeLessThanOrEqual(MOST_EVENTS + 2)
      const total = receiving[0]?.total ?? 0
      expect(total).toBeGreaterThanOrEqual(PACKAGE)
      expect(receiving.every((status) => status.total === total)).toBe(true)
      receiving.forEach(({ read }, index) => {
        expect(read).toBeGreaterThan(receiving[index - 1]?.read ?? 0)
      })
      expect(receiving.at(-1)).toMatchObject({ read: total, http: 4 })
      expect(new Set(receiving.map((status) => JSON.stringify(status))).size).toBe(receiving.length)
      expect(await loggedData(place, 'IndividualizationSucceeded')).toHaveLength(1)
    },
    TIMEOUT
  )
})
