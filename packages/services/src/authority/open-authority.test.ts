import { createPublicKey } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { acceptTrustDocument, serviceKeys } from '@custody/core/authority'
import { verifyChain } from '@custody/core/certificate'
import type { RequiredVersion } from '@custody/core/identity'
import { systemRandom } from '@custody/core/random'
import { acceptRevocationInformation, acceptRevocationList, REVOCATION_KINDS } from '@custody/core/revocation'
import { sealTo, secretEquals, secretFromBytes, unsealWith } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'

import { openAuthority } from './open-authority'
import { publishRevocation } from './publish-revocation'
import { rotateServiceKeys } from './rotate-service-keys'
import { authorityPlace, fail, succeed } from './testing/temporary-authority'

let place = authorityPlace()
beforeEach(() => (place = authorityPlace()))
afterEach(() => place.remove())

const name = (character: string): string => `${character.repeat(42)}A`
const USES = ['management-signing', 'management-sealing', 'individualization-signing', 'license-signing'] as const

describe('an authority at its first use', () => {
  it('publishes a trust document with all keys, which its root signed', async () => {
    const authority = await place.open()
    const trust = acceptTrustDocument(authority.root, authority.trust().jws)
    expect(trust).toMatchObject(
      E.right({ authority: authority.name, version: 1, restoreLimit: 3, securityVersion: '2.9', revocation: '1' })
    )
    for (const use of USES) {
      const [key] = serviceKeys(authority.trust().document, use, place.clock.now())
      expect(key?.kid).toBe(authority.key(use).kid)
    }
    expect(readFileSync(join(place.directory, 'trust.jws'), 'utf8')).toBe(authority.trust().jws)
  })

  it('has its keys certified by the root, each for its use', async () => {
    const { root, trust, key } = await place.open()
    const now = place.clock.now()
    const service = verifyChain([trust().document.certificate], { root, use: 'service', now })
    expect(E.isRight(service) && service.right.subject.thumbprint).toBe(key('management-signing').kid)
    const issuer = verifyChain([trust().issuer], { root, use: 'issuer', now })
    expect(E.isRight(issuer) && issuer.right.subject.thumbprint).toBe(key('license-signing').kid)
  })

  it('RV-6: publishes a list of each kind and information that names them', async () => {
    const { root, revocation } = await place.open()
    const believer = { root, certificates: [], now: place.clock.now() }
    const information = acceptRevocationInformation(believer, revocation().information)
    const lists = [...revocation().lists.values()].map(({ document }) => acceptRevocationList(believer, document))
    const named = lists.flatMap((list) => (E.isRight(list) ? [{ digest: list.right.digest, ...list.right.document }] : []))
    expect(named.map(({ kind }) => kind).sort()).toEqual(Object.keys(REVOCATION_KINDS).sort())
    expect(E.isRight(information) && information.right.document.lists).toEqual(
      named.map(({ kind, version, digest }) => ({ kind, version, digest }))
    )
  })

  it('keeps its keys to itself: folders 0700, files 0600', async () => {
    await place.open()
    const mode = (...path: ReadonlyArray<string>): number => statSync(join(place.directory, ...path)).mode & 0o777
    expect(mode()).toBe(0o700)
    expect(mode('keys')).toBe(0o700)
    const names = readdirSync(join(place.directory, 'keys'))
    expect(names).toHaveLength(7)
    for (const file of names) expect(mode('keys', file)).toBe(0o600)
    expect(mode('events.db')).toBe(0o600)
  })

  it('is one, though many race for it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => place.open()))
    expect(new Set(all.map((authority) => authority.name)).size).toBe(1)
    expect(new Set(all.map((authority) => authority.trust().jws)).size).toBe(1)
    expect(readdirSync(place.directory).filter((file) => file.startsWith('.'))).toEqual([])
  })
})

describe('an authority that is opened again', () => {
  it('is the same, with the same documents and shared secrets', async () => {
    const first = await place.open()
    const second = await place.open()
    expect(second.name).toBe(first.name)
    expect(second.trust().jws).toBe(first.trust().jws)
    expect(secretEquals(second.nonceKey, first.nonceKey)).toBe(true)
    expect(secretEquals(second.stateKey, first.nonceKey)).toBe(false)
  })

  it('never replaces lost keys: the log says that there were some', async () => {
    await place.open()
    rmSync(join(place.directory, 'keys'), { recursive: true })
    const fault = await fail(openAuthority({ ...place, random: systemRandom }))
    expect(fault).toEqual({ type: 'KeystoreMissing', place: join(place.directory, 'keys') })
    expect(readdirSync(place.directory)).not.toContain('keys')
  })

  it('refuses keys that are not what was written, and a log of another authority', async () => {
    const authority = await place.open()
    const file = join(place.directory, 'keys', `license-signing-${authority.key('license-signing').kid}.der`)
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.subarray(1))
    expect(await fail(openAuthority({ ...place, random: systemRandom }))).toEqual({ type: 'KeystoreDamaged', place: file })
    writeFileSync(file, bytes)
    const other = await place.open({ directory: join(place.root, 'other') })
    const openStore = () => async () => E.right(other.store)
    expect(await fail(openAuthority({ ...place, random: systemRandom, openStore }))).toMatchObject({ type: 'AuthorityOther' })
  })

  it('publishes a higher version when the operator decides otherwise, and else none', async () => {
    await place.open()
    const changed = await place.open({ policy: { securityVersion: '2.10' as RequiredVersion } })
    expect(changed.trust().document).toMatchObject({ version: 2, securityVersion: '2.10', restoreLimit: 3 })
    const again = await place.open()
    expect(again.trust().jws).toBe(changed.trust().jws)
  })

  it('renews revocation data before it grows stale', async () => {
    await place.open()
    place.clock.advance(46 * 24 * 3600)
    const { revocation, trust } = await place.open()
    expect(revocation().version).toBe('2')
    expect([...revocation().lists.values()].map(({ version }) => version)).toEqual(['2', '2', '2', '2'])
    expect(trust().document).toMatchObject({ version: 2, revocation: '2' })
  })
})

describe('rotation of service keys', () => {
  it('names the new key first and opens what was sealed to the old one', async () => {
    const authority = await place.open()
    const old = authority.key('management-sealing')
    const header = { typ: 'test+1' }
    const sealed = await sealTo(createPublicKey(old.key), header, secretFromBytes(new Uint8Array(32).fill(7)))
    await succeed(rotateServiceKeys(authority, 'management-sealing'))
    place.clock.advance(1)
    expect(authority.trust().document.version).toBe(2)
    expect(authority.key('management-sealing').kid).not.toBe(old.kid)
    expect(serviceKeys(authority.trust().document, 'management-sealing', place.clock.now()).map(({ kid }) => kid)).toEqual([
      authority.key('management-sealing').kid,
    ])
    const again = await place.open()
    const key = again.sealingKey(old.kid)
    if (key === undefined) throw new Error('the old key is lost')
    const opened = await succeed(unsealWith(key, header, sealed))
    expect(secretEquals(opened, secretFromBytes(new Uint8Array(32).fill(7)))).toBe(true)
    expect(again.sealingKey(again.key('management-signing').kid)).toBeUndefined()
  })

  it('believes what the former signing key signed, and certifies the new one', async () => {
    const authority = await place.open()
    const old = authority.key('management-signing')
    await succeed(rotateServiceKeys(authority, 'management-signing'))
    const kids = serviceKeys(authority.trust().document, 'management-signing', place.clock.now()).map(({ kid }) => kid)
    expect(kids).toEqual([authority.key('management-signing').kid, old.kid])
    const certificate = verifyChain([authority.trust().document.certificate], {
      root: authority.root,
      use: 'service',
      now: place.clock.now(),
    })
    expect(E.isRight(certificate) && certificate.right.subject.thumbprint).toBe(authority.key('management-signing').kid)
  })

  it('is seen by other processes when they look', async () => {
    const [one, other] = [await place.open(), await place.open()]
    await succeed(rotateServiceKeys(one, 'license-signing'))
    expect(other.trust().document.version).toBe(1)
    await succeed(other.refresh)
    expect(other.trust().jws).toBe(one.trust().jws)
    expect(other.key('license-signing').kid).toBe(one.key('license-signing').kid)
  })
})

describe('publishing revocation', () => {
  it('RV-2, RV-3: raises the version of that list, of the information and of the trust document', async () => {
    const authority = await place.open()
    const before = authority.revocation()
    await succeed(publishRevocation(authority, 'device', [name('x')]))
    const { version, lists, information } = authority.revocation()
    expect(version).toBe('2')
    expect(lists.get('device')?.version).toBe('2')
    expect(lists.get('application')).toEqual(before.lists.get('application'))
    const believer = { root: authority.root, certificates: [], now: place.clock.now() }
    const list = acceptRevocationList(believer, lists.get('device')?.document ?? '')
    expect(list).toMatchObject(E.right({ document: { entries: [name('x')], prev: before.lists.get('device')?.digest } }))
    expect(acceptRevocationInformation(believer, information)).toMatchObject(E.right({ document: { version: '2' } }))
    expect(authority.trust().document).toMatchObject({ version: 2, revocation: '2' })
  })

  it('keeps all lists of two processes that publish at once', async () => {
    const [one, other] = [await place.open(), await place.open()]
    await Promise.all([
      succeed(publishRevocation(one, 'device', [name('x')])),
      succeed(publishRevocation(other, 'issuer', [name('y')])),
    ])
    const { revocation } = await place.open()
    expect(revocation().version).toBe('3')
    expect(revocation().lists.get('device')?.version).toBe('2')
    expect(revocation().lists.get('issuer')?.version).toBe('2')
  })

  it('refuses what is no name of a key', async () => {
    const authority = await place.open()
    expect(await fail(publishRevocation(authority, 'device', ['x']))).toMatchObject({ type: 'BadInput', found: 'x' })
    expect(thumbprint(authority.root)).toBe(authority.name)
  })
})
