import { randomUUID } from 'node:crypto'

import { publicJwk } from '@custody/core/certificate'
import { b64u, utf8 } from '@custody/core/encoding'
import {
  acceptReply,
  audience,
  bodyDigest,
  NONCE_HEADER,
  proveRequest,
  proveScope,
  REQUEST_HEADER,
  requestDigest,
} from '@custody/core/exchange'
import { timestampFromMicros } from '@custody/core/license'
import {
  batchPath,
  BatchReply,
  CREDENTIAL_HEADER,
  endPath,
  EndRestoreReply,
  HISTORY_PATH,
  HistoryReply,
  OpenRestoreReply,
  openBatchKeys,
  RESTORE_PATH,
  transportHeader,
} from '@custody/core/restore'
import { unsealWith } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import { publishRevocation } from '../authority/publish-revocation'
import { authorityPlace } from '../authority/testing/temporary-authority'
import { serviceApplication, type ServiceApplication } from '../server/service-application'
import { managementService } from './management-service'
import { realAuthority } from './testing/real-authority'
import { nameOf, privateKey, type TestAuthority, type TestComputer } from './testing/test-authority'
import { testBackup, testLicense, type TestBackup } from './testing/test-backup'
import { batchBody, succeed } from './testing/test-service'

const place = authorityPlace()
const applications: ServiceApplication[] = []
afterAll(async () => {
  await Promise.all(applications.map(({ close }) => close()))
  place.remove()
})

/** What a computer sends, beside its proof. */
interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly body?: (nonce: string) => Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly idem?: string
}

const running = async () => {
  const opened = await place.open()
  const authority = realAuthority(opened)
  const application = await serviceApplication({ authority: opened, services: [managementService] })
  applications.push(application)
  const address = await application.fastify.listen({ host: '127.0.0.1', port: 0 })
  const nonce = async (): Promise<string> => {
    const { headers } = await fetch(`${address}/healthz`)
    return headers.get(NONCE_HEADER) ?? ''
  }
  const send = async (computer: TestComputer, sent: Sent) => {
    const { method = 'POST', path, headers = {}, idem = randomUUID() } = sent
    const fresh = await nonce()
    const body = sent.body?.(fresh) ?? new Uint8Array()
    const proof = proveRequest(computer.signing, {
      v: 1,
      aud: audience(authority.name, 'management'),
      method,
      path,
      nonce: fresh,
      idem,
      at: timestampFromMicros(place.clock.now()),
      bodySha256: bodyDigest(body),
    })
    const content = method === 'GET' ? {} : { body: Buffer.from(body) }
    const reply = await fetch(`${address}${path}`, { method, headers: { ...headers, [REQUEST_HEADER]: proof }, ...content })
    return { proof, status: reply.status, jws: await reply.text() }
  }
  const ask = async <A>(computer: TestComputer, codec: t.Type<A, unknown>, sent: Sent): Promise<A | string> => {
    const { proof, status, jws } = await send(computer, sent)
    const keyFor = (kid: string) => opened.publicKey('management-signing', kid)
    const reply = acceptReply(keyFor, requestDigest(proof), codec, jws)
    if (E.isLeft(reply)) return `${status} ${reply.left.type}`
    return reply.right.type === 'Answer' ? reply.right.body : reply.right.refusal.reason
  }
  return { opened, authority, send, ask }
}

const openingBody = (authority: TestAuthority, computer: TestComputer, manifest: string, continuity?: string) => (nonce: string) => {
  const { credential, scope, signing, epoch } = computer
  const aud = audience(authority.name, 'management')
  const shown = { text: '1', textSha256: b64u(new Uint8Array(32)), at: '2026-03-01T12:00:00Z' }
  const consent = { operation: 'o', kind: 'restore', answer: 'given', ...shown }
  const scopeProof = proveScope(scope, { v: 1, aud, nonce, device: thumbprint(signing), epoch })
  const body = { v: 1, manifest, credential, scope: publicJwk(scope), scopeProof, consent }
  return utf8(JSON.stringify({ ...body, ...(continuity && { continuity }) }))
}

const expectReply = <A>(reply: A | string): A => {
  if (typeof reply === 'string') throw new Error(reply)
  return reply
}

describe('License Management Service over its routes', () => {
  const issuer = privateKey()

  const scene = async () => {
    const service = await running()
    const { authority, ask } = service
    const first = authority.individualize()
    const issuers = [{ issuer: nameOf(issuer), chain: [authority.certifyIssuer(issuer)] }]
    const licenses = [testLicense(issuer, place.clock), testLicense(issuer, place.clock)]
    const set = await testBackup({ authority, source: first, clock: place.clock, licenses, issuers })
    const openOn = (computer: TestComputer, continuity?: string) =>
      ask(computer, OpenRestoreReply, { path: RESTORE_PATH, body: openingBody(authority, computer, set.manifest, continuity) })
    const restoreOn = async (computer: TestComputer, session: string, of: TestBackup = set, idem = 'i') =>
      ask(computer, BatchReply, { path: batchPath(session), body: () => batchBody(of, 'documents-1.ndjson'), idem })
    const historyOf = (computer: TestComputer, credential = computer.credential) =>
      ask(computer, HistoryReply, { method: 'GET', path: HISTORY_PATH, headers: { [CREDENTIAL_HEADER]: credential } })
    const endOn = async (computer: TestComputer, session: string) =>
      ask(computer, EndRestoreReply, { path: endPath(session), body: () => utf8('{"v":1}') })
    return { ...service, first, set, openOn, restoreOn, endOn, historyOf }
  }

  it('BR-24, BR-28: opens a session and restores a batch, signed both ways', async () => {
    const { authority, openOn, restoreOn } = await scene()
    const target = authority.individualize()
    const { session, transport } = expectReply(await openOn(target))
    const reply = expectReply(await restoreOn(target, session))
    expect(reply.results.map(({ verdict, computers }) => [verdict, computers])).toEqual([['accepted', 1], ['accepted', 1]])
    const key = await succeed(unsealWith(target.agreement, transportHeader(session, target.mid, 1), transport))
    const docDigests = reply.results.map(({ docDigest }) => docDigest ?? '')
    const keys = openBatchKeys(key, { session, mid: target.mid, epoch: 1, idem: 'i', docDigests }, reply.keys)
    expect(E.isRight(keys) && keys.right.length).toBe(2)
  })

  it('a session that its computer ends has no keys left and takes no batch; another computer cannot end it', async () => {
    const { opened, authority, openOn, restoreOn, endOn } = await scene()
    const [target, thief] = [authority.individualize(), authority.individualize()]
    const { session } = expectReply(await openOn(target))
    expect(await endOn(thief, session)).toBe('ProofInvalid')
    expect(await succeed(opened.store.state('session', session))).toBeDefined()
    expect(await endOn(target, session)).toEqual({ session })
    expect(await succeed(opened.store.state('session', session))).toBeUndefined()
    expect(await restoreOn(target, session)).toBe('SessionExpired')
    expect(await endOn(target, session)).toBe('SessionExpired')
  })

  it('signs its refusals: no session, another computer, a history that went on elsewhere', async () => {
    const { authority, openOn, restoreOn } = await scene()
    const [target, thief] = [authority.individualize(), authority.individualize()]
    const { session, continuity } = expectReply(await openOn(target))
    expect(await restoreOn(target, 'none')).toBe('SessionExpired')
    expect(await restoreOn(thief, session)).toBe('ProofInvalid')
    expect(await openOn(target)).toBe('DeviceCloned')
    expect(await openOn(target, continuity)).toMatchObject({ batchLimit: 512 })
  })

  it('refuses a computer that the authority revoked', async () => {
    const { opened, authority, openOn } = await scene()
    const target = authority.individualize()
    await succeed(publishRevocation(opened, 'device', [thumbprint(target.signing)]))
    expect(await openOn(target)).toBe('CertificateRevoked')
    expect(await openOn(authority.individualize())).toMatchObject({ batchLimit: 512 })
  })

  it('shows a computer who else restored its licenses, and to nobody else', async () => {
    const { authority, first, openOn, restoreOn, historyOf } = await scene()
    const [one, other] = [authority.individualize(), authority.individualize()]
    expect(await historyOf(first)).toEqual({ mid: first.mid, computers: [] })
    for (const computer of [one, other]) {
      const { session } = expectReply(await openOn(computer))
      expectReply(await restoreOn(computer, session))
      place.clock.advance(60)
    }
    const history = expectReply(await historyOf(first))
    expect(history.computers.map(({ mid, licenses }) => [mid, licenses])).toEqual([[other.mid, 2], [one.mid, 2]])
    expect(history.computers.every(({ first: from, last }) => from === last)).toBe(true)
    expect(await historyOf(authority.individualize())).toMatchObject({ computers: [] })
    expect(await historyOf(other, first.credential)).toBe('ProofInvalid')
  })

  it('answers what has not the form of a request unsigned', async () => {
    const { authority, send } = await scene()
    const target = authority.individualize()
    const { status } = await send(target, { path: RESTORE_PATH, body: () => utf8('{}') })
    expect(status).toBe(400)
    const body = () => utf8('no batch')
    expect((await send(target, { path: batchPath('none'), body })).status).toBe(410)
  })
})
