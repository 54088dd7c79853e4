import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { AcquisitionEnv } from '@custody/core/acquisition'
import { meetAuthority } from '@custody/core/authority'
import { publicJwk } from '@custody/core/certificate'
import { DeviceEpochInstalled, makePrivateKey, type Keystore } from '@custody/core/device'
import { newEvent, type StoredEvent } from '@custody/core/event'
import { serviceClient, type RetryPace, type ServiceTransport } from '@custody/core/exchange'
import { openHome, type Home } from '@custody/core/home'
import { KeyId, type SecurityVersion } from '@custody/core/identity'
import { issueCredential, machineId } from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import type { Authority } from '../../authority/authority'
import { authorityPlace, succeed, type AuthorityPlace } from '../../authority/testing/temporary-authority'
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
  /** Makes a computer known to the authority, by hand: new keys, a credential, and an epoch. */
  readonly individualize: (home: Home, options?: IndividualizeOptions) => Promise<Home>
  readonly offer: (draft?: Partial<OfferDraft>) => Promise<Offer>
  readonly env: (home: Home, members?: Partial<AcquisitionEnv>, transport?: ServiceTransport) => AcquisitionEnv
  readonly remove: () => Promise<void>
}

/** What a test wants different of a computer. */
export interface IndividualizeOptions {
  readonly securityVersion?: string
  readonly epoch?: number
}

const DAY = 24 * 3600 * 1_000_000
const KEY_LENGTH = 16
const LEVEL = 150

/** A fresh key ID. */
export const newKeyId = (): KeyId => {
  const text = Buffer.from(systemRandom.bytes(KEY_LENGTH)).toString('hex')
  if (!KeyId.is(text)) throw new TypeError('16 bytes in hex')
  return text
}

/** All events of a process. */
export const eventsOf = (process: Observable<StoredEvent>): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(process.pipe(toArray()))

/** The home with the keys of a later epoch in its keystore; the vault's keys stay those of the first. */
const withKeys = (home: Home, epoch: number, keys: Pick<Keystore, 'signing' | 'agreement'>): Home => {
  const { keystore } = home
  const before = (asked: number): number => (asked === epoch ? 0 : asked)
  const own: Keystore = {
    ...keystore,
    signing: (asked) => (asked === epoch ? keys.signing(asked) : keystore.signing(asked)),
    agreement: (asked) => (asked === epoch ? keys.agreement(asked) : keystore.agreement(asked)),
    vault: (asked, generation) => keystore.vault(before(asked), generation),
    makeVault: (asked, generation, vaultClass) => keystore.makeVault(before(asked), generation, vaultClass),
  }
  return Object.defineProperties({} as Home, {
    ...Object.getOwnPropertyDescriptors(home),
    keystore: { value: own, enumerable: true },
  })
}

const individualized = async (authority: Authority, home: Home, { securityVersion = '2.9.0.1', epoch = 1 }: IndividualizeOptions) => {
  await succeed(meetAuthority(home)({ trust: authority.trust().jws, root: publicJwk(authority.root) }))
  const [signing, agreement] = [makePrivateKey(), makePrivateKey()]
  const scope = await succeed(home.keystore.scope(authority.name))
  const { kid, key } = authority.key('individualization-signing')
  const now = home.clock.now()
  const credential = issueCredential(key, kid, {
    authority: authority.name,
    mid: machineId(scope.key),
    epoch,
    securityVersion: securityVersion as SecurityVersion,
    level: LEVEL,
    signing: publicJwk(signing),
    agreement: publicJwk(agreement),
    from: timestampFromMicros(now - DAY),
    until: timestampFromMicros(now + 365 * DAY),
  })
  const folder = join(home.directory, 'keystore', 'epochs', String(epoch))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'credential.jws'), credential)
  const event = newEvent(DeviceEpochInstalled, { epoch, securityVersion: securityVersion as SecurityVersion })
  await succeed(home.store.append({ appends: [{ stream: 'device', expectedRevision: 'any', events: [event] }] }))
  const own = (pair: typeof signing) => () => async () => ({ _tag: 'Right' as const, right: { kid: thumbprint(pair), key: pair } })
  return withKeys(home, epoch, { signing: own(signing), agreement: own(agreement) })
}

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
  const options = { authority, services: [licenseServer] }
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
    individualize: (home, options = {}) => individualized(authority, home, options),
    offer: (draft = {}) => offered(authority, draft),
    env: (home, members = {}, by = transport) => ({
      home,
      client: () => serviceClient({ transport: by, clock: place.clock, random: systemRandom, wait: async () => undefined, pace: QUICK }),
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
