import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { systemClock } from '@custody/core/clock'
import {
  acceptProof,
  NONCE_HEADER,
  REQUEST_HEADER,
  requestDigest,
  serviceClient,
  signAnswer,
  signRefusal,
  type RequestProof,
  type ServiceCall,
  type ServiceTransport,
} from '@custody/core/exchange'
import { timestampFromMicros } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { MAX_BODY } from '@custody/core/restore'
import { exactly, thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { privateKey } from '../management/testing/test-authority'
import { httpTransport } from './http-transport'

const PACE = { tries: 4, shortest: 100, longest: 5000, timeout: 10_000 }
const MOST_WAIT = 5000
const SHORT = 400

const LONG = 30_000
jest.setTimeout(LONG)

interface Arrived {
  readonly jws: string
  readonly proof: RequestProof
  readonly reply: ServerResponse
}

/** What a server does with its n-th request; the last one for all that follow. */
type Behaviour = (arrived: Arrived) => void

const device = privateKey()
const service = privateKey()
const at = timestampFromMicros(1_800_000_000_000_000)
interface Word {
  readonly word: string
}
const Body: t.Type<Word, unknown> = exactly(t.type({ word: t.string }, 'word'))

const signed = (jws: string, key = service, request = requestDigest(jws)): string =>
  signAnswer(key, thumbprint(key), request, at, { word: 'yes' })
const refusing = (jws: string, reason: string): string =>
  signRefusal(service, thumbprint(service), { request: requestDigest(jws), at, status: 401, refusal: { reason, text: 'no' } })
const status = (code: number, headers: Record<string, string> = {}): Behaviour => ({ reply }) => void reply.writeHead(code, headers).end()
const good: Behaviour = ({ jws, reply }) => void reply.end(signed(jws))
const cut: Behaviour = ({ jws, reply }) => {
  const text = signed(jws)
  reply.writeHead(200, { 'content-length': String(text.length) })
  reply.write(text.slice(0, 40), () => reply.destroy())
}
const silent: Behaviour = () => undefined
const reset: Behaviour = ({ reply }) => void reply.destroy()

describe('a client of a service', () => {
  const closing: Array<() => Promise<void>> = []
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()))
  })

  /** A real server that behaves badly in a given order, and a client of it. */
  const against = async (...behaviours: ReadonlyArray<Behaviour>) => {
    const proofs: RequestProof[] = []
    const carry = (request: IncomingMessage, reply: ServerResponse): void => {
      const jws = String(request.headers[REQUEST_HEADER])
      const proof = acceptProof(device, jws)
      if (E.isLeft(proof)) throw new Error(proof.left.type)
      const behave = behaviours[Math.min(proofs.length, behaviours.length - 1)] ?? good
      proofs.push(proof.right)
      request.resume().on('end', () => behave({ jws, proof: proof.right, reply }))
    }
    const server = createServer(carry)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    closing.push(() => new Promise((closed) => { server.close(() => closed()); server.closeAllConnections() }))
    const waits: number[] = []
    const transport = httpTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const clientOver = (by: ServiceTransport = transport, clock = systemClock, timeout = PACE.timeout) =>
      serviceClient({ transport: by, clock, random: systemRandom, pace: { ...PACE, timeout }, wait: async (ms) => void waits.push(ms) })
    const ask = (change: Partial<ServiceCall<Word>> = {}, timeout = PACE.timeout) =>
      clientOver(transport, systemClock, timeout).call(call(change))()
    return { proofs, waits, transport, clientOver, ask }
  }
  const call = (change: Partial<ServiceCall<Word>>): ServiceCall<Word> => ({
    service: 'management',
    authority: 'a',
    signing: device,
    path: '/v1/x',
    body: () => Buffer.from('{}'),
    idem: 'the same',
    keyFor: (kid) => (kid === thumbprint(service) ? service : undefined),
    codec: Body,
    signal: new AbortController().signal,
    ...change,
  })
  const yes = E.right(expect.objectContaining({ body: { word: 'yes' }, at }))
  const fault = (type: string, more: object = {}) => E.left(expect.objectContaining({ type, ...more }))

  it.each<[string, Behaviour, number]>([
    ['broken connections', reset, PACE.timeout],
    ['time-outs', silent, SHORT],
    ['bodies that are cut off', cut, PACE.timeout],
    ['503', status(503), PACE.timeout],
    ['429', status(429), PACE.timeout],
    ['502 of a proxy that has a nonce', status(502, { [NONCE_HEADER]: 'n' }), PACE.timeout],
  ])('BR-42: tries again after %s, under the same idempotency key', async (_, bad, timeout) => {
    const { proofs, waits, ask } = await against(bad, bad, good)
    expect(await ask({}, timeout)).toEqual(yes)
    expect(proofs.map(({ idem }) => idem)).toEqual(['the same', 'the same', 'the same'])
    expect(waits).toHaveLength(2)
    const [first = 0, second = 0] = waits
    expect([first >= 50 && first <= 100, second >= 100 && second <= 200]).toEqual([true, true])
  })

  it('gives up after as many tries as the pace says', async () => {
    for (const bad of [reset, status(503), status(429)]) {
      const { proofs, ask } = await against(bad)
      expect(await ask()).toEqual(fault('ServiceUnavailable', { service: 'management' }))
      expect(proofs).toHaveLength(PACE.tries)
    }
  })

  it.each([
    ['', {}],
    [', also with a nonce', { [NONCE_HEADER]: 'n' }],
  ])('waits as long as Retry-After says, within reason%s', async (_, nonce) => {
    const after = (seconds: string): Behaviour => status(429, { 'retry-after': seconds, ...nonce })
    const { waits, ask } = await against(after('3'), after('9999'), after('soon'), good)
    expect(await ask()).toEqual(yes)
    expect(waits.slice(0, 2)).toEqual([3000, MOST_WAIT])
    expect(waits[2]).toBeLessThanOrEqual(400)
  })

  it.each<[string, Behaviour]>([
    ['unsigned', ({ reply }) => void reply.end('{"word":"yes"}')],
    ['signed by another key', ({ jws, reply }) => void reply.end(signed(jws, privateKey()))],
    ['to another request', ({ reply }) => void reply.end(signed('x', service, requestDigest('another')))],
    ['altered', ({ jws, reply }) => void reply.end(`${signed(jws).slice(0, -2)}AA`)],
    ['cut off as if it were whole', ({ jws, reply }) => void reply.end(signed(jws).slice(0, -20))],
    ['with a member that nobody knows', ({ jws, reply }) =>
      void reply.end(signAnswer(service, thumbprint(service), requestDigest(jws), at, { word: 'yes', more: 1 }))],
    ['of another version', ({ jws, reply }) =>
      void reply.end(signRefusal(service, thumbprint(service), { v: 2, request: requestDigest(jws), at, status: 200, body: { word: 'yes' } } as never))],
    ['an error page', status(404)],
  ])('does not believe a reply that is %s, nor ask again', async (_, bad) => {
    const { proofs, ask } = await against(bad, good)
    expect(await ask()).toEqual(fault('ReplyInvalid'))
    expect(proofs).toHaveLength(1)
  })

  it('does not read a reply without an end', async () => {
    const { proofs, ask } = await against(({ reply }) => {
      const more = (): void => {
        while (!reply.destroyed && reply.write(Buffer.alloc(1 << 16, 'A')));
        if (!reply.destroyed) reply.once('drain', more)
      }
      more()
    })
    expect(await ask()).toEqual(fault('ReplyTooLarge'))
    expect(proofs).toHaveLength(1)
  })

  it('takes a signed refusal as it is, also with a busy status', async () => {
    for (const code of [403, 429, 503]) {
      const { proofs, ask } = await against(({ jws, reply }) => void reply.writeHead(code, { [NONCE_HEADER]: 'n' }).end(refusing(jws, 'RateLimited')), good)
      expect(await ask()).toEqual(fault('ServiceRefused', { reason: 'RateLimited', text: 'no', url: null }))
      expect(proofs).toHaveLength(1)
    }
  })

  it('asks once more with the fresh nonce where one lapsed, and not for ever', async () => {
    let given = 0
    const lapsed: Behaviour = ({ jws, reply }) =>
      void reply.writeHead(401, { [NONCE_HEADER]: `nonce-${(given += 1)}` }).end(refusing(jws, 'NonceRequired'))
    const once = await against(lapsed, good)
    expect(await once.ask()).toEqual(yes)
    expect(once.proofs.map(({ nonce, idem }) => [nonce, idem])).toEqual([['', 'the same'], ['nonce-1', 'the same']])
    const always = await against(lapsed)
    expect(await always.ask()).toEqual(fault('ServiceRefused', { reason: 'NonceRequired' }))
    expect(always.proofs).toHaveLength(4)
  })

  it('sends nothing that no service takes, and nothing once it is cancelled', async () => {
    const { proofs, ask } = await against(good)
    const body = () => new Uint8Array(MAX_BODY + 1)
    expect(await ask({ body })).toEqual(fault('BadInput', { where: 'request to the management service' }))
    expect(await ask({ signal: AbortSignal.abort() })).toEqual(fault('ServiceUnavailable'))
    expect(proofs).toEqual([])
    expect(await ask({ body: () => new Uint8Array(MAX_BODY) })).toEqual(yes)
  })

  it('R13: vouches for a clock only with the time of another computer that is half a minute old at most', async () => {
    const { transport, clientOver } = await against(good)
    let now = 0
    const taking = (microseconds: number) => {
      const slow = { ...transport, send: async (...asked: Parameters<ServiceTransport['send']>) => ((now += microseconds), transport.send(...asked)) }
      return clientOver(slow, { now: () => now }).call(call({}))()
    }
    expect(await taking(30_000_000)).toEqual(E.right(expect.objectContaining({ vouches: true })))
    expect(await taking(30_000_001)).toEqual(E.right(expect.objectContaining({ vouches: false })))
    expect(await taking(-1)).toEqual(E.right(expect.objectContaining({ vouches: false })))
    const own = await clientOver({ ...transport, sharesClock: true }).call(call({}))()
    expect(own).toEqual(E.right(expect.objectContaining({ vouches: false })))
  })
})
