import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'

import { b64u, utf8 } from '@custody/core/encoding'
import { acceptReply, audience, bodyDigest, proveRequest, requestDigest, type RequestProof } from '@custody/core/exchange'
import { machineId } from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import * as t from 'io-ts'

import type { Authority } from '../authority/authority'
import { publishRevocation } from '../authority/publish-revocation'
import { authorityPlace, manualClock, succeed } from '../authority/testing/temporary-authority'
import { individualizationService } from '../individualization/individualization-service'
import { testDevice } from '../individualization/testing/test-device'
import { isFresh, issueNonce } from './nonce'
import { serviceApplication } from './service-application'
import { answer, signedRoute, type ServiceModule } from './service-route'
import { REACHES, runServices, type RunningServices } from './testing/running-services'

const device = testDevice()
const PATH = '/v1/test/:name'
const gate: { wait: Promise<void> } = { wait: Promise.resolve() }

/** A service that answers what it is told. */
const echo: ServiceModule = () => ({
  openApi: {},
  routes: [
    signedRoute({
      service: 'management',
      path: PATH,
      codec: t.type({ say: t.string }),
      signer: () => TE.right({ key: device.signing, mid: machineId(device.scope) }),
      handle: ({ body, values }) => async () => {
        await gate.wait
        if (body.say === 'fail') return E.left({ type: 'StoreLocked', place: 'canary-place' })
        if (body.say === 'throw') throw new Error('canary-message')
        return E.right(answer({ say: `${values['name']}: ${body.say}` }))
      },
    }),
  ],
})

const Echo = t.type({ say: t.string })

describe.each(REACHES)('requests and replies over %s', (reach) => {
  const place = authorityPlace()
  let authority: Authority
  let services: RunningServices
  beforeAll(async () => {
    authority = await place.open()
    const limits = { perComputer: { perSecond: 1, burst: 40 }, perAddress: { perSecond: 1000, burst: 1000 } }
    services = await runServices(reach, authority, { services: [echo, individualizationService()], limits })
  })
  afterAll(async () => {
    await services.close()
    place.remove()
  })

  const send = async (path: string, headers: Readonly<Record<string, string>>, body?: Uint8Array) => {
    const request = { method: body === undefined ? 'GET' : 'POST', path, headers, ...(body && { body }) } as const
    const response = await services.transport.send(request, new AbortController().signal)
    const parts: Uint8Array[] = []
    for await (const part of response.body) parts.push(part)
    return { ...response, text: Buffer.concat(parts).toString() }
  }
  const proofOf = (body: Uint8Array, change: Partial<RequestProof> = {}): RequestProof => ({
    v: 1,
    aud: audience(authority.name, 'management'),
    method: 'POST',
    path: '/v1/test/a',
    nonce: issueNonce(authority),
    idem: 'idem-1',
    at: timestampFromMicros(authority.clock.now()),
    bodySha256: bodyDigest(body),
    ...change,
  })
  const post = async (say: string, change: Partial<RequestProof> = {}, key = device.signing, path = '/v1/test/a') => {
    const body = utf8(JSON.stringify({ say }))
    const proof = proveRequest(key, proofOf(body, change))
    const reply = await send(path, { 'custody-request': proof, 'content-type': 'application/json' }, body)
    const keyFor = (kid: string) => authority.publicKey('management-signing', kid)
    return { ...reply, signed: acceptReply(keyFor, requestDigest(proof), Echo, reply.text) }
  }
  const reasonOf = ({ signed, status }: Awaited<ReturnType<typeof post>>): string =>
    E.isRight(signed) && signed.right.type === 'Refusal' && signed.right.status === status ? signed.right.refusal.reason : 'unsigned'

  it('answers a believed request with a reply that names it, signed by that service', async () => {
    const { signed, status, header } = await post('hello')
    expect(status).toBe(200)
    expect(signed).toMatchObject(E.right({ type: 'Answer', body: { say: 'a: hello' } }))
    expect(isFresh(authority, header('custody-nonce') ?? '')).toBe(true)
  })

  it('asks for a nonce where it is missing, old, changed or of another authority', async () => {
    const old = manualClock()
    old.advance(-301 + (authority.clock.now() - old.now()) / 1_000_000)
    const other = { ...authority, nonceKey: secretFromBytes(systemRandom.bytes(32)) }
    const nonce = issueNonce(authority)
    const changed = `${nonce.slice(0, 5)}${nonce[5] === 'A' ? 'B' : 'A'}${nonce.slice(6)}`
    for (const wrong of ['', 'x', issueNonce({ ...authority, clock: old }), issueNonce(other), changed]) {
      const reply = await post('hello', { nonce: wrong })
      expect([reply.status, reasonOf(reply)]).toEqual([401, 'NonceRequired'])
      expect(isFresh(authority, reply.header('custody-nonce') ?? '')).toBe(true)
    }
  })

  it('refuses a proof for another service, path, method, body or key, by a signed reply', async () => {
    const wrong: ReadonlyArray<Partial<RequestProof>> = [
      { aud: audience(authority.name, 'individualization') },
      { path: '/v1/test/b' },
      { method: 'GET' },
      { bodySha256: bodyDigest(utf8('x')) },
    ]
    for (const change of wrong) expect(reasonOf(await post('hello', change))).toBe('ProofInvalid')
    expect(reasonOf(await post('hello', {}, testDevice().signing))).toBe('ProofInvalid')
    expect(reasonOf(await post('hello', { path: '/v1/test/a' }, device.signing, '/v1/test/a?x=1'))).toBe('ProofInvalid')
  })

  it('says nothing but the status to what is no request', async () => {
    const nothing = await send('/v1/test/a', {}, utf8('{"say":"x"}'))
    expect([nothing.status, nothing.text]).toEqual([400, '{"error":"RequestMalformed"}'])
    const shapeless = await send('/v1/test/a', { 'custody-request': 'a.b.c' }, utf8('{"say":"x"}'))
    expect([shapeless.status, shapeless.text]).toEqual([400, '{"error":"RequestMalformed"}'])
    const other = await send('/v1/other', {})
    expect([other.status, other.text]).toEqual([404, '{"error":"NotFound"}'])
    const large = await send('/v1/test/a', { 'content-type': 'application/json' }, new Uint8Array(4 * 1024 * 1024 + 1))
    expect([large.status, large.text]).toEqual([413, '{"error":"RequestTooLarge"}'])
  })

  it('passes faults on as a status, without detail and without a nonce, to be tried again', async () => {
    const locked = await post('fail')
    expect([locked.status, locked.text, locked.header('retry-after')]).toEqual([503, '{"error":"ServiceUnavailable"}', '1'])
    expect(locked.header('custody-nonce')).toBeUndefined()
    const bug = await post('throw')
    expect([bug.status, bug.text]).toEqual([500, '{"error":"ServiceFailed"}'])
  })

  it('limits a computer’s requests, signed once it is proved, and says when to come again', async () => {
    let last = await post('x')
    for (let count = 0; count < 45 && last.status === 200; count++) last = await post('x')
    expect([last.status, reasonOf(last), last.header('retry-after')]).toEqual([429, 'RateLimited', '1'])
    place.clock.advance(1)
    expect((await post('x')).status).toBe(200)
    place.clock.advance(60)
  })

  it('RV-6: gives the newest revocation data to whoever asks', async () => {
    const before = JSON.parse((await send('/v1/revocation', {})).text) as { information: string; lists: ReadonlyArray<string> }
    expect(before).toEqual({
      information: authority.revocation().information,
      lists: [...authority.revocation().lists.values()].map(({ document }) => document),
      certificates: [],
    })
    await succeed(publishRevocation(authority, 'device', [authority.name]))
    const after = JSON.parse((await send('/v1/revocation', {})).text) as { information: string }
    expect(after.information).not.toBe(before.information)
  })

  it('tells whether it works, its figures and its pages', async () => {
    expect((await send('/healthz', {})).text).toBe('{"status":"ok"}')
    await post('hello')
    const { text } = await send('/metrics', {})
    expect(text).toMatch(/custody_requests_total\{route="\/v1\/test\/:name",status="200"\} \d+/)
    expect(text).toMatch(/custody_refusals_total\{reason="NonceRequired"\} \d+/)
    expect(text).not.toContain(machineId(device.scope))
    for (const page of ['privacy', 'fraud', 'update']) {
      const { status, header } = await send(`/pages/${page}`, {})
      expect([status, header('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    }
  })

  it('writes one line for each request, with nothing of what it carried', async () => {
    const before = services.lines.length
    const nonce = issueNonce(authority)
    await post('canary-body', { nonce, idem: 'canary-idem' })
    await post('throw')
    await post('fail')
    const lines = services.lines.slice(before)
    expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(3)
    expect(lines[0]).toMatchObject({ mid: machineId(device.scope), route: PATH, status: 200, ms: expect.any(Number) })
    const keys = ['management-signing', 'individualization-signing'] as const
    const secrets = keys.map((use) => b64u(authority.key(use).key.export({ format: 'der', type: 'pkcs8' })))
    for (const canary of ['canary', nonce, 'custody-request', 'eyJ', ...secrets]) expect(services.rawLog()).not.toContain(canary)
  })

  it('names every route in its OpenAPI document, and no other', async () => {
    const document = JSON.parse((await send('/openapi.json', {})).text) as { openapi: string; paths: Record<string, object> }
    expect(document.openapi).toBe('3.1.0')
    const written = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
    )
    const registered = services.routes
      .filter(({ path }) => path !== PATH)
      .map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)/g, '{$1}')}`)
    expect(written.sort()).toEqual(registered.sort())
    expect(registered.length).toBeGreaterThan(10)
  })
})

describe('a service that listens', () => {
  const place = authorityPlace()
  let authority: Authority
  beforeAll(async () => {
    authority = await place.open()
  })
  afterAll(() => place.remove())

  it('answers the request that runs when it is told to close, and takes no other', async () => {
    const services = await runServices('http', authority, { services: [echo] })
    let open = (): void => undefined
    gate.wait = new Promise((resolve) => (open = resolve))
    const body = utf8('{"say":"late"}')
    const proof = proveRequest(device.signing, {
      v: 1,
      aud: audience(authority.name, 'management'),
      method: 'POST',
      path: '/v1/test/a',
      nonce: issueNonce(authority),
      idem: 'late',
      at: timestampFromMicros(authority.clock.now()),
      bodySha256: bodyDigest(body),
    })
    const request = { method: 'POST', path: '/v1/test/a', headers: { 'custody-request': proof }, body } as const
    const running = services.transport.send(request, new AbortController().signal)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const closed = services.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await expect(services.transport.send({ method: 'GET', path: '/healthz', headers: {} }, new AbortController().signal)).rejects.toThrow()
    open()
    const reply = await running
    const parts: Uint8Array[] = []
    for await (const part of reply.body) parts.push(part)
    expect([reply.status, Buffer.concat(parts).length > 0]).toEqual([200, true])
    await closed
    gate.wait = Promise.resolve()
  })

  it('refuses long headers and closes on slow ones', async () => {
    const limits = { headersTimeout: 300, requestTimeout: 600 }
    const services = await runServices('http', authority, { services: [echo], limits })
    const { port } = new URL(services.address ?? '')
    const answerTo = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
        let got = ''
        socket.on('data', (data) => (got += data.toString()))
        socket.on('close', () => resolve(got))
        socket.on('error', reject)
      })
    expect(await answerTo(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(9000)}\r\n\r\n`)).toContain('431')
    expect(await answerTo('GET /healthz HTTP/1.1\r\nhost: x\r\n')).toContain('408')
    expect(await answerTo('POST /v1/test/a HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nslow')).toContain('408')
    await services.close()
  })

  it('limits an address before it looks at anything', async () => {
    const limits = { perAddress: { perSecond: 1, burst: 2 } }
    const services = await runServices('http', authority, { services: [], limits })
    const statuses: number[] = []
    for (let count = 0; count < 3; count++) {
      const reply = await services.transport.send({ method: 'GET', path: '/healthz', headers: {} }, new AbortController().signal)
      statuses.push(reply.status)
      if (reply.status === 429) expect([reply.header('retry-after'), reply.header('custody-nonce')]).toEqual(['1', undefined])
      reply.cancel()
    }
    expect(statuses).toEqual([200, 200, 429])
    await services.close()
  })

  it('speaks TLS when it has a certificate', async () => {
    const [keyFile, certFile] = [join(place.root, 'tls.key'), join(place.root, 'tls.crt')]
    execFileSync('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
      '-keyout', keyFile, '-out', certFile, '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1',
    ], { stdio: 'ignore' })
    const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
    const application = await serviceApplication({ authority, services: [], tls })
    const address = await application.fastify.listen({ host: '127.0.0.1', port: 0 })
    expect(address).toMatch(/^https:/)
    const status = await new Promise((resolve, reject) => {
      httpsRequest(`${address}/healthz`, { ca: tls.cert }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', reject).end()
    })
    expect(status).toBe(200)
    await expect(
      new Promise((resolve, reject) => {
        httpRequest(address.replace('https', 'http'), resolve).on('error', reject).end()
      })
    ).rejects.toThrow()
    await application.close()
  })
})
