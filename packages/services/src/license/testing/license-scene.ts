import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AcquisitionEnv } from '@custody/core/acquisition'
import type { Answer, ConsentPort } from '@custody/core/consent'
import type { StoredEvent } from '@custody/core/event'
import { serviceClient, type RetryPace, type ServiceClient, type ServiceTransport } from '@custody/core/exchange'
import { openHome, type Home } from '@custody/core/home'
import { KeyId } from '@custody/core/identity'
import { individualize } from '@custody/core/individualization'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes } from '@custody/core/secret'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import type { Authority } from '../../authority/authority'
import { authorityPlace, succeed, type AuthorityPlace } from '../../authority/testing/temporary-authority'
import { individualizationService } from '../../individualization/individualization-service'
import { serviceApplication } from '../../server/service-application'
import { listen } from '../../server/listen'
import { embeddedTransport } from '../../transport/embedded-transport'
import { httpTransport } from '../../transport/http-transport'
import type { Offer } from '../license-event'
import { licenseServer } from '../license-server'
import { offerContent, type OfferDraft } from '../offer-content'

/** Tries twice, at once, and does not wait for long. */
export const QUICK: RetryPace = { tries: 2, shortest: 1, longest: 1, timeout: 2000 }

/** How a client reaches the license server: in this process, or over a socket of this computer. */
export type Way = 'embedded' | 'http'

/** A license server of an authority of its own, and computers that belong to it. */
export interface LicenseScene {
  readonly place: AuthorityPlace
  readonly authority: Authority
  readonly transport: ServiceTransport
  /** Where the server listens; nothing leads there over the embedded transport. */
  readonly address: string
  /** A fresh computer, not individualized. */
  readonly computer: () => Promise<Home>
  /** Individualizes a computer, and answers it. */
  readonly individualize: (home: Home) => Promise<Home>
  /** Individualizes on the way, with an answer to the notice. */
  readonly upgrade: (answer: Answer['answer']) => (home: Home) => Observable<StoredEvent>
  readonly offer: (draft?: Partial<OfferDraft>) => Promise<Offer>
  readonly env: (home: Home, members?: Partial<AcquisitionEnv>, transport?: ServiceTransport) => AcquisitionEnv
  readonly remove: () => Promise<void>
}

const KEY_LENGTH = 16

/** A fresh key ID. */
export const newKeyId = (): KeyId => {
  const text = Buffer.from(systemRandom.bytes(KEY_LENGTH)).toString('hex')
  if (!KeyId.is(text)) throw new TypeError('16 bytes in hex')
  return text
}

/** All events of a process. */
export const eventsOf = (process: Observable<StoredEvent>): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(process.pipe(toArray()))

const offered = (authority: Authority, draft: Partial<OfferDraft>): Promise<Offer> =>
  succeed(
    offerContent(authority)({
      keyId: newKeyId(),
      contentKey: secretFromBytes(systemRandom.bytes(KEY_LENGTH)),
      conditions: { rights: [{ action: 'Play' }] },
      mode: 'silent',
      ...draft,
    })
  )

const reached = async (way: Way, authority: Authority) => {
  const options = { authority, services: [licenseServer, individualizationService()] }
  if (way === 'http') {
    const server = await listen({ ...options, port: 0 })
    return { transport: httpTransport(server.address), address: server.address, close: server.close }
  }
  const application = await serviceApplication(options)
  return { transport: embeddedTransport(application), address: 'http://inside.invalid', close: application.close }
}

/** Opens such a scene. */
export const licenseScene = async (way: Way): Promise<LicenseScene> => {
  const place = authorityPlace()
  const authority = await place.open()
  const { transport, address, close } = await reached(way, authority)
  const root = mkdtempSync(join(tmpdir(), 'custody-acquisition-'))
  const homes: Home[] = []
  const clientOver = (by: ServiceTransport): ServiceClient =>
    serviceClient({ transport: by, clock: place.clock, random: systemRandom, wait: async () => undefined, pace: QUICK })
  const upgrade = (answer: Answer['answer']) => (home: Home): Observable<StoredEvent> => {
    const consent: ConsentPort = { ask: async () => ({ answer, by: 'prompt' }) }
    return individualize({ home, client: clientOver(transport), consent })({ forced: false })
  }
  return {
    place,
    authority,
    transport,
    address,
    computer: async () => {
      const directory = join(root, String(homes.length))
      const machineFile = join(root, `machine-${homes.length}`)
      const home = await succeed(openHome({ directory, machineFile, clock: place.clock, random: systemRandom }))
      homes.push(home)
      return home
    },
    individualize: async (home) => {
      await eventsOf(upgrade('given')(home))
      return home
    },
    upgrade,
    offer: (draft = {}) => offered(authority, draft),
    env: (home, members = {}, by = transport) => ({
      home,
      client: () => clientOver(by),
      wait: async () => undefined,
      ...members,
    }),
    remove: async () => {
      await close()
      for (const home of homes) home.close()
      place.remove()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
