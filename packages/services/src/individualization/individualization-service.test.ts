import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { acceptTrustDocument } from '@custody/core/authority'
import { publicJwk, publicKeyOf } from '@custody/core/certificate'
import {
  acceptCredential,
  acceptEnablerTable,
  acceptPolicy,
  AuthorityReply,
  diversifierHeader,
  PACKAGE_TYP,
  PackageDescriptor,
  readPackageHead,
  readPackageLine,
  VERSION_TYP,
  VersionStatement,
} from '@custody/core/individualization'
import { timestampMicros } from '@custody/core/license'
import { acceptRevocationInformation, acceptRevocationList } from '@custody/core/revocation'
import { secretEquals, secretLength, unsealWith } from '@custody/core/secret'
import { verifyDocument } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import type { Authority } from '../authority/authority'
import { rotateServiceKeys } from '../authority/rotate-service-keys'
import { authorityPlace, fail, succeed } from '../authority/testing/temporary-authority'
import { REACHES, runServices, type RunningServices } from '../server/testing/running-services'
import { individualizationService } from './individualization-service'
import { askOver, testDevice, type Ask } from './testing/test-device'

const ENABLERS = Array.from({ length: 5000 }, (_, index) => ({
  thumbprint: createHash('sha256').update(String(index)).digest('base64url'),
  type: 'update',
  url: `https://updates.example/components/${index}`,
  bytes: index,
}))

describe.each(REACHES)('the Individualization Service over %s', (reach) => {
  let place = authorityPlace()
  let authority: Authority
  let services: RunningServices
  let ask: Ask
  beforeEach(async () => {
    place = authorityPlace()
    authority = await place.open()
    services = await runServices(reach, authority, { services: [individualizationService({ enablers: ENABLERS })] })
    ask = askOver(services.transport, authority)
  })
  afterEach(async () => {
    await services.close()
    place.remove()
  })
  const keyFor = (kid: string) => authority.publicKey('individualization-signing', kid)
  const get = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const response = await services.transport.send({ method: 'GET', path, headers }, new AbortController().signal)
    const parts: Uint8Array[] = []
    for await (const part of response.body) parts.push(part)
    return { ...response, bytes: Buffer.concat(parts) }
  }
  const refusal = async (...request: Parameters<Ask>): Promise<string> => {
    const fault = await fail(ask(...request))
    return fault.type === 'ServiceRefused' ? fault.reason : fault.type
  }

  it('introduces the authority with its root and trust document', async () => {
    const { bytes, status } = await get('/v1/authority')
    const introduction: unknown = JSON.parse(bytes.toString())
    if (!AuthorityReply.is(introduction)) throw new Error('another shape')
    const root = publicKeyOf(introduction.root)
    expect(status).toBe(200)
    expect(O.isSome(root) && acceptTrustDocument(root.value, introduction.trust)).toEqual(E.right(authority.trust().document))
  })

  it('IN-7: states the newest version, signed', async () => {
    const { bytes } = await get('/v1/individualization/version')
    const statement = verifyDocument({ typ: VERSION_TYP, codec: VersionStatement, keyFor }, bytes.toString())
    expect(statement).toMatchObject(E.right({ payload: { authority: authority.name, securityVersion: '2.9' } }))
  })

  it('IN-17: gives for a random identifier and public keys a credential made for them', async () => {
    const device = testDevice()
    const { body } = await succeed(ask(device))
    const credential = acceptCredential({ authority: authority.name, keyFor, now: place.clock.now() }, body.credential)
    if (E.isLeft(credential)) throw new Error(credential.left.type)
    expect(credential.right).toMatchObject({
      mid: device.mid,
      epoch: 1,
      level: 150,
      securityVersion: '2.9.0.1',
      signing: publicJwk(device.signing),
      agreement: publicJwk(device.agreement),
    })
    const now = place.clock.now() / 1e6
    expect(timestampMicros(credential.right.from) / 1e6).toBeCloseTo(now - 86_400, -1)
    expect(timestampMicros(credential.right.until) / 1e6).toBeCloseTo(now + 3650 * 86_400, -1)
  })

  it('IN-17, R22: takes nothing beside that: a request with one more member is none', async () => {
    const device = testDevice()
    for (const extra of ['hostname', 'user', 'serial', 'licenses']) {
      expect(await refusal(device, { body: { [extra]: 'x' } })).toBe('ReplyInvalid')
    }
    await succeed(ask(device))
  })

  it('R22: two computers have nothing in common, and the log knows a computer by its identifier alone', async () => {
    const [one, other] = [testDevice(), testDevice()]
    const first = await succeed(ask(one))
    const second = await succeed(ask(other))
    expect(one.mid).not.toBe(other.mid)
    expect(first.body.continuity).not.toBe(second.body.continuity)
    const logged = services.lines.filter(({ route }) => route === '/v1/individualization/requests')
    expect(new Set(logged.map(({ mid }) => mid ?? 'unknown'))).toEqual(new Set(['unknown', one.mid, other.mid]))
    for (const line of logged) {
      expect(Object.keys(line).sort().filter((key) => !['mid', 'reason'].includes(key))).toEqual(['level', 'ms', 'msg', 'route', 'status', 'time'])
    }
  })

  it('IN-19: gives every component its own diversifier, which only its computer opens', async () => {
    const [one, other] = [testDevice(), testDevice()]
    const { body: first } = await succeed(ask(one))
    const { body: second } = await succeed(ask(other))
    const mine = await succeed(unsealWith(one.agreement, diversifierHeader(one.mid, 1), first.diversifier))
    const theirs = await succeed(unsealWith(other.agreement, diversifierHeader(other.mid, 1), second.diversifier))
    expect(secretLength(mine)).toBe(32)
    expect(secretEquals(mine, theirs)).toBe(false)
    expect(await fail(unsealWith(other.agreement, diversifierHeader(one.mid, 1), first.diversifier))).toEqual({ type: 'SealBroken' })
  })

  it('IN-11: gives five a UTC day and refuses the sixth without a retry; the next day goes on', async () => {
    const device = testDevice()
    let continuity: string | undefined
    const next = () => ({ body: continuity === undefined ? {} : { continuity } })
    for (let count = 1; count <= 5; count++) continuity = (await succeed(ask(device, next()))).body.continuity
    expect(await refusal(device, next())).toBe('IndividualizationFraudLimit')
    expect(services.lines.at(-1)).toMatchObject({ status: 403, reason: 'IndividualizationFraudLimit', mid: device.mid })
    await succeed(ask(testDevice()))
    place.clock.advance(24 * 3600)
    await succeed(ask(device, next()))
  })

  it('IN-11: a repeat is not a second one, and gets the same credential with the keys sealed anew', async () => {
    const device = testDevice()
    const first = await succeed(ask(device, { idem: 'same' }))
    const repeat = await succeed(ask(device, { idem: 'same' }))
    expect(repeat.body.credential).toBe(first.body.credential)
    expect(repeat.body.continuity).toBe(first.body.continuity)
    expect(repeat.body.diversifier).not.toBe(first.body.diversifier)
    expect(secretLength(await succeed(unsealWith(device.agreement, diversifierHeader(device.mid, 1), repeat.body.diversifier)))).toBe(32)
    expect(await refusal(device, { idem: 'same', body: { forced: true } })).toBe('IdempotencyConflict')
    expect(services.lines.at(-1)).toMatchObject({ status: 409 })
    let continuity = first.body.continuity
    for (let count = 2; count <= 5; count++) continuity = (await succeed(ask(device, { body: { continuity } }))).body.continuity
    expect(await refusal(device, { body: { continuity } })).toBe('IndividualizationFraudLimit')
  })

  it('believes no request that another key signed, or that is about another service or computer', async () => {
    const device = testDevice()
    expect(await refusal(device, { signer: testDevice().signing })).toBe('ProofInvalid')
    expect(await refusal(device, { scopeSigner: testDevice().scope })).toBe('ProofInvalid')
    expect(await refusal(device, { scopeProof: { nonce: 'old' } })).toBe('ProofInvalid')
    expect(await refusal(device, { scopeProof: { epoch: 2 } })).toBe('ProofInvalid')
    expect(await refusal(device, { scopeProof: { device: authority.name } })).toBe('ProofInvalid')
    expect(await refusal(device, { scopeProof: { aud: `${authority.name}/management` } })).toBe('ProofInvalid')
    expect(await refusal(device, { authority: 'B'.repeat(42) + 'A' })).toBe('ProofInvalid')
    await succeed(ask(device))
  })

  it('wants consent to this and to nothing else', async () => {
    const device = testDevice()
    const consent = { operation: 'op-1', kind: 'restore', text: '1', textSha256: authority.name, answer: 'given', at: '2026-05-01T00:00:00Z' }
    expect(await refusal(device, { body: { consent } })).toBe('ConsentMissing')
    expect(await refusal(device, { body: { consent: { ...consent, kind: 'individualize', answer: 'declined' } } })).toBe('ReplyInvalid')
  })

  it('holds a present credential against the computer that shows it', async () => {
    const device = testDevice()
    const { body } = await succeed(ask(device))
    const next = { ...testDevice(device.scope) }
    const again = { continuity: body.continuity, credential: body.credential, epoch: 2 }
    expect(await refusal(testDevice(), { body: { credential: body.credential, epoch: 2 }, scopeProof: { epoch: 2 } })).toBe('CredentialInvalid')
    expect(await refusal(next, { body: { ...again, epoch: 1 } })).toBe('CredentialInvalid')
    expect(await refusal(next, { body: { ...again, credential: 'x.y.z' }, scopeProof: { epoch: 2 } })).toBe('CredentialInvalid')
    await succeed(rotateServiceKeys(authority, 'individualization-signing'))
    await succeed(ask(next, { body: again, scopeProof: { epoch: 2 } }))
  })

  it('notices a copy of a computer that goes on by itself', async () => {
    const device = testDevice()
    const { body } = await succeed(ask(device))
    expect(await refusal(device)).toBe('DeviceCloned')
    expect(await refusal(device, { body: { continuity: 'invented' } })).toBe('DeviceCloned')
    await succeed(ask(device, { body: { continuity: body.continuity } }))
    expect(await refusal(device, { body: { continuity: body.continuity } })).toBe('DeviceCloned')
  })

  describe('packages', () => {
    const fetched = async () => {
      const { body } = await succeed(ask(testDevice()))
      const verified = verifyDocument({ typ: PACKAGE_TYP, codec: PackageDescriptor, keyFor }, body.package)
      if (E.isLeft(verified)) throw new Error(verified.left.type)
      return verified.right.payload
    }

    it('IN-17: come with a signed list of the digests of their parts', async () => {
      const descriptor = await fetched()
      const { bytes, status, header } = await get(descriptor.path)
      expect(status).toBe(200)
      expect(bytes).toHaveLength(descriptor.bytes)
      expect(header('etag')).toBe(`"${descriptor.package}"`)
      expect(descriptor.leaf).toBe(65_536)
      const leaves = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, leaf) =>
        createHash('sha256').update(bytes.subarray(leaf * 65_536, (leaf + 1) * 65_536)).digest('base64url')
      )
      expect(descriptor.leaves).toEqual(leaves)
      expect(leaves.length).toBeGreaterThan(10)
    })

    it('hold signed data and nothing else: trust, policy, revocation, enablers', async () => {
      const { path, package: id } = await fetched()
      const lines = (await get(path)).bytes.toString().split('\n')
      expect(lines.pop()).toBe('')
      expect(readPackageHead(lines.shift() ?? '')).toEqual(E.right(id))
      const parts = lines.map((line) => {
        const part = readPackageLine(line)
        if (E.isLeft(part)) throw new Error(JSON.stringify(part.left))
        return part.right
      })
      const revocation = { root: authority.root, certificates: [], now: place.clock.now() }
      const expectation = { authority: authority.name, keyFor }
      const accept = {
        trust: (jws: string) => acceptTrustDocument(authority.root, jws),
        policy: (jws: string) => acceptPolicy(expectation, jws),
        revocation: (jws: string) => acceptRevocationList(revocation, jws),
        information: (jws: string) => acceptRevocationInformation(revocation, jws),
        enablers: (jws: string) => acceptEnablerTable(expectation, jws),
      }
      for (const { part, jws } of parts) expect(accept[part](jws)).toMatchObject({ _tag: 'Right' })
      expect(parts.map(({ part }) => part).slice(0, 7)).toEqual([
        'trust', 'policy', 'revocation', 'revocation', 'revocation', 'revocation', 'information',
      ])
      const tables = parts.flatMap(({ part, jws }) => {
        const table = part === 'enablers' ? acceptEnablerTable(expectation, jws) : E.left(undefined)
        return E.isRight(table) ? [table.right.entries] : []
      })
      expect(tables.length).toBeGreaterThan(1)
      expect(tables.flat()).toEqual(ENABLERS)
    })

    it('are resumed at any byte, of the same package only', async () => {
      const { path, package: id, bytes: length } = await fetched()
      const whole = (await get(path)).bytes
      const ifRange = { 'if-range': `"${id}"` }
      const part = await get(path, { range: 'bytes=65536-', ...ifRange })
      expect([part.status, part.header('content-range')]).toEqual([206, `bytes 65536-${length - 1}/${length}`])
      expect(part.bytes.equals(whole.subarray(65_536))).toBe(true)
      const middle = await get(path, { range: 'bytes=5-9' })
      expect([middle.status, middle.bytes.toString()]).toEqual([206, whole.subarray(5, 10).toString()])
      const end = await get(path, { range: 'bytes=-3' })
      expect([end.status, end.bytes.toString()]).toEqual([206, whole.subarray(-3).toString()])
      const other = await get(path, { range: 'bytes=65536-', 'if-range': '"other"' })
      expect([other.status, other.bytes.length]).toEqual([200, length])
      const behind = await get(path, { range: `bytes=${length}-`, ...ifRange })
      expect([behind.status, behind.header('content-range'), behind.bytes.length]).toEqual([416, `bytes */${length}`, 0])
      for (const range of ['lines=0-1', 'bytes=0-1,3-4', 'bytes=-', 'bytes=9-5']) {
        expect((await get(path, { range })).status).toBe(200)
      }
    })

    it('are made anew when the trust document changes, and old ones stay for those who fetch one', async () => {
      const before = await fetched()
      expect(await fetched()).toEqual(before)
      await succeed(rotateServiceKeys(authority, 'management-sealing'))
      const after = await fetched()
      expect(after.package).not.toBe(before.package)
      expect((await get(before.path)).bytes).toHaveLength(before.bytes)
      expect(readdirSync(join(authority.directory, 'packages')).sort()).toEqual([before.package, after.package].sort())
    })

    it('are found by their name alone', async () => {
      const { path } = await fetched()
      for (const wrong of [`${path}x`, `${path.slice(0, -1)}`, '/v1/individualization/packages/..%2F..%2Fkeys%2Froot.der']) {
        const { status, bytes } = await get(wrong)
        expect([status, bytes.toString()]).toEqual([404, '{"error":"NotFound"}'])
      }
    })
  })

  it('keeps no secret of a computer: neither diversifier nor private key lies in its files', async () => {
    const device = testDevice()
    const { body } = await succeed(ask(device))
    const log = ['events.db', 'events.db-wal'].map((name) => readFileSync(join(authority.directory, name), 'latin1')).join('')
    expect(log).toContain(body.credential)
    expect(log).not.toContain(body.diversifier)
  })
})
