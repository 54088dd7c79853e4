import { acquireLicense, type AcquisitionEnv, type AcquisitionRequest } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { ServiceClient, ServiceTransport } from '@custody/core/exchange'
import type { Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { utf8 } from '@custody/core/encoding'
import { queryLicense } from '@custody/core/vault'
import * as E from 'fp-ts/Either'

import { publishRevocation } from '../authority/publish-revocation'
import { succeed } from '../authority/testing/temporary-authority'
import { httpTransport } from '../transport/http-transport'
import { eventsOf, licenseScene, type LicenseScene } from './testing/license-scene'

describe('a license server that cannot be relied on', () => {
  let scene: LicenseScene
  let home: Home
  let keyId: KeyId
  beforeEach(async () => {
    scene = await licenseScene('http')
    home = await scene.individualize(await scene.computer())
    keyId = (await scene.offer()).keyId
  })
  afterEach(() => scene.remove())

  const request = (): AcquisitionRequest => ({ mode: 'silent', keyId, url: scene.address, urlState: 'untrusted' })
  /** What stands in the log at the end, and what the error channel had. */
  const outcome = async (env: AcquisitionEnv) => {
    const error: unknown = await eventsOf(acquireLicense(env)(request())).catch((caught: unknown) => caught)
    const events = await eventsOf(env.home.store.read('acquisition'))
    const { allowed } = await succeed(queryLicense(env.home)({ keyId, action: 'Play' }))
    return { error, last: events.at(-1), allowed }
  }
  const failed = (fault: string) => ({
    error: { fault: { type: fault } },
    last: { type: 'AcquisitionFailed', data: { fault } },
    allowed: false,
  })
  const answering = (change: (text: string) => string): ServiceTransport => ({
    ...scene.transport,
    send: async (asked, signal) => {
      const response = await scene.transport.send(asked, signal)
      const parts: Uint8Array[] = []
      for await (const part of response.body) parts.push(part)
      const text = change(Buffer.concat(parts).toString())
      return { ...response, body: (async function* () { yield Buffer.from(text) })() }
    },
  })
  const client = (env: AcquisitionEnv): ServiceClient => env.client(scene.address)

  it('is away', async () => {
    expect(await outcome(scene.env(home, {}, httpTransport('http://127.0.0.1:9')))).toMatchObject(failed('ServiceUnavailable'))
  })

  it('is slow: the wait has an end', async () => {
    const silent: ServiceTransport = {
      place: 'nowhere',
      send: (_, signal) => new Promise((_resolve, reject) => { signal.addEventListener('abort', () => reject(new Error('aborted'))) }),
    }
    expect(await outcome(scene.env(home, {}, silent))).toMatchObject(failed('ServiceUnavailable'))
  }, 15_000)

  it.each([
    ['unsigned', () => '{"v":1}'],
    ['cut off', (text: string) => text.slice(0, -20)],
    ['altered', (text: string) => text.replace(/\.(.)/, (_, first: string) => `.${first === 'A' ? 'B' : 'A'}`)],
  ])('answers what is not believed: %s', async (_, change) => {
    expect(await outcome(scene.env(home, {}, answering(change)))).toMatchObject(failed('ReplyInvalid'))
  })

  it('answers as it should: the same way, unchanged, gives the license', async () => {
    expect(await outcome(scene.env(home, {}, answering((text) => text)))).toMatchObject({
      last: { type: 'LicenseAcquired' },
      allowed: true,
    })
  })

  it('gives a license for other content: the vault does not take it', async () => {
    const other = await scene.offer()
    const env = scene.env(home)
    const asks: ServiceClient = {
      ...client(env),
      call: (call) => client(env).call({
        ...call,
        body: (nonce) => utf8(Buffer.from(call.body?.(nonce) ?? []).toString().replace(keyId, other.keyId)),
      }),
    }
    expect(await outcome({ ...env, client: () => asks })).toMatchObject(failed('ReplyInvalid'))
    expect(await succeed(queryLicense(home)({ keyId: other.keyId, action: 'Play' }))).toMatchObject({ allowed: false })
  })

  it('P-18: a response that was stolen opens on no other computer', async () => {
    const thief = await scene.individualize(await scene.computer())
    const kept: unknown[] = []
    const env = scene.env(home)
    const keeps: ServiceClient = {
      ...client(env),
      call: (call) => async () => {
        const answer = await client(env).call(call)()
        kept.push(answer)
        return answer
      },
    }
    expect(await outcome({ ...env, client: () => keeps })).toMatchObject({ last: { type: 'LicenseAcquired' }, allowed: true })
    const [stolen] = kept
    const replays: ServiceClient = { ...client(env), call: () => async () => stolen as never }
    expect(await outcome({ ...scene.env(thief), client: () => replays })).toMatchObject(failed('SealBroken'))
  })

  it('RV-5: a computer that was revoked is told so, with where to go on', async () => {
    const { kid } = await succeed(home.keystore.signing(1))
    const env = scene.env(home)
    await succeed(publishRevocation(scene.authority, 'device', [kid]))
    const answers: Array<E.Either<unknown, unknown>> = []
    const keeps: ServiceClient = {
      ...client(env),
      call: (call) => async () => {
        const answer = await client(env).call(call)()
        answers.push(answer)
        return answer
      },
    }
    expect(await outcome({ ...env, client: () => keeps })).toMatchObject({
      last: { type: 'AcquisitionRefused', data: { reason: 'CertificateRevoked', next: 'report' } },
      allowed: false,
    })
    const { update } = scene.authority.trust().document.urls
    expect(answers).toEqual([E.left(expect.objectContaining({ type: 'ServiceRefused', url: update }))])
  })

  it('LI-63, C-17: where the vault cannot store the license, the other way is next, and the vault is as before', async () => {
    const full: Home = Object.defineProperties({} as Home, {
      ...Object.getOwnPropertyDescriptors(home),
      store: {
        value: {
          ...home.store,
          append: (asked: Parameters<Home['store']['append']>[0]) =>
            asked.appends.some(({ events }) => events.some(({ type }) => type === 'LicenseStored'))
              ? async () => E.left({ type: 'DiskFull' as const, place: 'events.db' })
              : home.store.append(asked),
        },
        enumerable: true,
      },
    })
    expect(await outcome(scene.env(full))).toMatchObject({
      last: { type: 'AcquisitionRefused', data: { reason: 'DiskFull', next: 'non-silent' } },
      allowed: false,
    })
  })

  it('no secret of an offer is in the log', async () => {
    const events: ReadonlyArray<StoredEvent> = await eventsOf(scene.authority.store.readAll())
    expect(events.map(({ type }) => type)).toContain('ContentOffered')
    const offered = events.find(({ type }) => type === 'ContentOffered')
    expect(Object.keys(offered?.data as object).sort()).toEqual(['commit', 'conditions', 'keyId', 'mode', 'offer'])
  })
})
