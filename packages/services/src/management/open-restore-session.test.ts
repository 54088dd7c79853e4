import { createPublicKey, randomUUID } from 'node:crypto'

import { verifyChain } from '@custody/core/certificate'
import { proveScope } from '@custody/core/exchange'
import { guardHeader, OpenRestoreReply, transportHeader } from '@custody/core/restore'
import { sealTo, secretEquals, secretFromBytes, secretLength, unsealWith, type Secret } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { endExpiredSessions } from './end-sessions'
import { openRestoreSession } from './open-restore-session'
import { openVaultKeys } from './open-vault-keys'
import { checkManifest } from './check-manifest'
import { restoreScene } from './testing/restore-scene'
import { certified, nameOf, privateKey, testAuthority, type TestComputer } from './testing/test-authority'
import { testLicense } from './testing/test-backup'
import { FRESH, opened, openingRequest, reasonOf, succeed, testEnv, type RequestChange } from './testing/test-service'

const scene = restoreScene()
const { authority, env, clock, first, license, backup } = scene
const target = authority.individualize()

const asked = async (change: RequestChange, computer: TestComputer = target): Promise<string> => {
  const { manifest } = await backup([license()])
  return reasonOf(openRestoreSession(env, openingRequest(authority, computer, manifest, change)))
}

describe('opening a restore', () => {
  it('BR-24, BR-26: gives a session, its key sealed to the computer that asked, and whom it believes', async () => {
    const set = await backup([license()])
    const reply = await opened(env, authority, target, set)
    expect(OpenRestoreReply.is(reply)).toBe(true)
    const transport = await succeed(unsealWith(target.agreement, transportHeader(reply.session, target.mid, 1), reply.transport))
    expect(secretLength(transport)).toBe(32)
    expect(reply.issuers.map(({ issuer }) => issuer)).toEqual([nameOf(scene.issuer)])
    expect(reply.batchLimit).toBe(512)
  })

  it('the key of a session does not open for another computer', async () => {
    const reply = await opened(env, authority, target, await backup([license()]))
    const other = await unsealWith(first.agreement, transportHeader(reply.session, target.mid, 1), reply.transport)()
    expect(E.isLeft(other)).toBe(true)
  })

  it.each<[string, RequestChange, string]>([
    ['another form', { body: (body) => ({ ...body, more: 1 }) }, 'BadInput'],
    ['no consent at all', { body: ({ consent: _, ...body }) => body }, 'BadInput'],
    ['an old nonce', { nonce: 'old' }, 'NonceRequired'],
    ['a request to another service', { aud: `${authority.name}/license` }, 'ProofInvalid'],
    ['a request to another path', { signedPath: '/v1/else' }, 'ProofInvalid'],
    ['a consent to something else', { body: (body) => ({ ...body, consent: { ...(body['consent'] as object), kind: 'individualize' } }) }, 'ConsentMissing'],
    ['a manifest that is none', { body: (body) => ({ ...body, manifest: 'a.b.c' }) }, 'BackupDamaged'],
  ])('refuses %s', async (_, change, reason) => {
    expect(await asked(change)).toBe(reason)
  })

  it('refuses a stolen request on another device: its signature, its scope proof, its credential', async () => {
    const thief = authority.individualize()
    expect(await asked({ signer: thief })).toBe('ProofInvalid')
    const { epoch, signing } = thief
    const aud = `${authority.name}/management`
    const proof = { v: 1, aud, nonce: FRESH, device: thumbprint(signing), epoch } as const
    expect(await asked({ body: (body) => ({ ...body, scopeProof: proveScope(thief.scope, proof) }) })).toBe('ProofInvalid')
    const mixed = { ...thief, scope: target.scope }
    expect(await asked({}, mixed)).toBe('ProofInvalid')
    expect(await asked({}, thief)).toBe('accepted')
  })

  it('refuses a scope proof of another moment, service, device or epoch', async () => {
    const aud = `${authority.name}/management`
    const good = { v: 1, aud, nonce: FRESH, device: thumbprint(target.signing), epoch: 1 } as const
    const others = [{ nonce: 'old' }, { aud: `${authority.name}/license` }, { device: thumbprint(first.signing) }, { epoch: 2 }]
    for (const other of others) {
      const scopeProof = proveScope(target.scope, { ...good, ...other })
      expect(await asked({ body: (body) => ({ ...body, scopeProof }) })).toBe('ProofInvalid')
    }
  })

  it('refuses a credential that is over, not of this authority, or revoked', async () => {
    const over = authority.individualize({ until: clock.now() - 1_000_000 })
    expect(await asked({}, over)).toBe('CertificateInvalid')
    const elsewhere = testAuthority(clock).individualize()
    expect(await asked({}, elsewhere)).toBe('CertificateInvalid')
    const { manifest } = await backup([license()])
    const strict = { ...env, isRevoked: (name: string) => name === thumbprint(target.signing) }
    expect(await reasonOf(openRestoreSession(strict, openingRequest(authority, target, manifest)))).toBe('CertificateRevoked')
    expect(await reasonOf(openRestoreSession(strict, openingRequest(authority, first, manifest)))).toBe('accepted')
  })

  it('refuses a copy of a computer whose history went on elsewhere', async () => {
    const cloned: typeof env = {
      ...env,
      continuity: { ...env.continuity, check: (_, token) => TE.right(token === 'newest' ? { type: 'Continues', revision: 0 } : { type: 'DeviceCloned' }) },
    }
    const { manifest } = await backup([license()])
    const with_ = (continuity: string) => reasonOf(openRestoreSession(cloned, openingRequest(authority, target, manifest, { continuity })))
    expect(await with_('an older one')).toBe('DeviceCloned')
    expect(await with_('newest')).toBe('accepted')
  })

  it('refuses a backup of another authority, by its name and by whom it is sealed to', async () => {
    const elsewhere = restoreScene()
    const { manifest } = await elsewhere.backup([elsewhere.license()])
    expect(await reasonOf(openRestoreSession(env, openingRequest(authority, target, manifest)))).toBe('ForeignBackup')
    const sealedAway = await backup([license()], { sealedTo: privateKey() })
    expect(await reasonOf(openRestoreSession(env, openingRequest(authority, target, sealedAway.manifest)))).toBe('ForeignBackup')
  })

  it.each<[string, (manifest: Record<string, unknown>) => unknown]>([
    ['a source that is another computer', (manifest) => ({ ...manifest, source: { ...(manifest['source'] as object), mid: target.mid } })],
    ['a credential of another computer', (manifest) => ({ ...manifest, source: { mid: target.mid, credential: target.credential, epoch: 1 } })],
    ['a form that nobody knows', (manifest) => ({ ...manifest, more: 1 })],
  ])('refuses a manifest with %s', async (_, change) => {
    const { manifest } = await backup([license()], { change })
    expect(await reasonOf(openRestoreSession(env, openingRequest(authority, target, manifest)))).toBe('BackupDamaged')
  })

  it('refuses a vault key that was taken from another set', async () => {
    const { manifest } = await backup([license()], { change: (whole) => ({ ...whole, set: randomUUID() }) })
    expect(await reasonOf(openRestoreSession(env, openingRequest(authority, target, manifest)))).toBe('SealBroken')
  })

  it('BR-38: takes a backup of a computer whose credential is over by now, if it was good when the backup was made', async () => {
    const source = authority.individualize({ until: clock.now() + 60_000_000 })
    const set = await backup([license()], { source })
    clock.advance(3600)
    expect(await reasonOf(openRestoreSession(env, openingRequest(authority, target, set.manifest)))).toBe('accepted')
    const late = await backup([license()], { source })
    expect(await reasonOf(openRestoreSession(env, openingRequest(authority, target, late.manifest)))).toBe('BackupDamaged')
  })

  it('one computer may ask so often on a day, and others still may', async () => {
    const few = testEnv(authority, clock, undefined, { sessionsADay: 2 })
    const { manifest } = await backup([license()])
    const ask = (computer: TestComputer) => reasonOf(openRestoreSession(few, openingRequest(authority, computer, manifest)))
    expect([await ask(target), await ask(target), await ask(target)]).toEqual(['accepted', 'accepted', 'RateLimited'])
    expect(await ask(first)).toBe('accepted')
    clock.advance(86_400)
    expect(await ask(target)).toBe('accepted')
  })
})

describe('a request for a session that comes again', () => {
  it('gets the same session, its key sealed anew, and is counted once', async () => {
    const few = testEnv(authority, clock, undefined, { sessionsADay: 1 })
    const { manifest } = await backup([license()])
    const request = () => openRestoreSession(few, openingRequest(authority, target, manifest, { idem: 'one' }))
    const [one, two] = [await succeed(request()), await succeed(request())]
    expect({ ...two, transport: '', issuers: [] }).toEqual({ ...one, transport: '', issuers: [] })
    const header = transportHeader(one.session, target.mid, 1)
    const key = ({ transport }: OpenRestoreReply) => succeed(unsealWith(target.agreement, header, transport))
    expect(one.transport === two.transport).toBe(false)
    expect(secretEquals(await key(one), await key(two))).toBe(true)
  })

  it('at the same time as itself opens one session', async () => {
    const { manifest } = await backup([license()])
    const replies = await Promise.all(
      [1, 2, 3].map(() => succeed(openRestoreSession(env, openingRequest(authority, target, manifest, { idem: 'three' }))))
    )
    expect(new Set(replies.map(({ session }) => session)).size).toBe(1)
  })

  it('about something else is refused', async () => {
    const [one, other] = [await backup([license()]), await backup([license()])]
    const ask = (manifest: string, computer = target) =>
      reasonOf(openRestoreSession(env, openingRequest(authority, computer, manifest, { idem: 'two' })))
    expect(await ask(one.manifest)).toBe('accepted')
    expect(await ask(other.manifest)).toBe('IdempotencyConflict')
    expect(await ask(other.manifest, first)).toBe('accepted')
  })
})

describe('issuers of a set', () => {
  it('are passed on with their chain when the root certified them', async () => {
    const { issuers } = await opened(env, authority, target, await backup([license()]))
    const [known] = issuers
    expect(known?.chain).toEqual([authority.certifyIssuer(scene.issuer)].map(() => expect.any(String) as string))
    expect(E.isRight(verifyChain(known?.chain ?? [], { root: authority.root, use: 'issuer', now: clock.now() }))).toBe(true)
  })

  it('BR-24: decision: the source’s own are certified by the service, for a day, so that the target believes them', async () => {
    const home = privateKey()
    const issuers = [{ issuer: nameOf(home), chain: [certified(first.signing, home, 'issuer', clock.now())] }]
    const set = await backup([testLicense(home, clock)], { issuers })
    const { issuers: believed } = await opened(env, authority, target, set)
    const [own] = believed
    expect(own?.issuer).toBe(nameOf(home))
    const good = { root: authority.root, use: 'issuer', now: clock.now() } as const
    const checked = verifyChain(own?.chain ?? [], good)
    expect(E.isRight(checked) && checked.right.subject.thumbprint).toBe(nameOf(home))
    const later = clock.now() + 2 * 86_400_000_000
    expect(E.isRight(verifyChain(own?.chain ?? [], { ...good, now: later }))).toBe(false)
  })

  it.each<[string, (key: ReturnType<typeof privateKey>) => string]>([
    ['another computer certified', (key) => certified(target.signing, key, 'issuer', clock.now())],
    ['the source certified for something else', (key) => certified(first.signing, key, 'service', clock.now())],
    ['nobody certified', (key) => certified(key, key, 'issuer', clock.now())],
  ])('are not believed where %s', async (_, chainOf) => {
    const key = privateKey()
    const set = await backup([testLicense(key, clock)], { issuers: [{ issuer: nameOf(key), chain: [chainOf(key)] }] })
    expect((await opened(env, authority, target, set)).issuers).toEqual([])
  })

  it('are not believed under a name that is another key’s', async () => {
    const [one, other] = [privateKey(), privateKey()]
    const issuers = [{ issuer: nameOf(one), chain: [authority.certifyIssuer(other)] }]
    expect((await opened(env, authority, target, await backup([license()], { issuers }))).issuers).toEqual([])
  })
})

describe('guarded set', () => {
  const key = (byte: number): Secret => secretFromBytes(new Uint8Array(32).fill(byte))
  const sealing = createPublicKey(authority.keys['management-sealing'])
  const guardFor = (set: string, byte: number, computer = target) => sealTo(sealing, guardHeader(set, computer.mid), key(byte))

  it('opens with its guard only', async () => {
    const { manifest, set } = await backup([license()], { guard: key(1) })
    const ask = (guard?: string) =>
      reasonOf(openRestoreSession(env, openingRequest(authority, target, manifest, guard === undefined ? {} : { guard })))
    expect(await ask()).toBe('GuardWrong')
    expect(await ask(await guardFor(set, 2))).toBe('GuardWrong')
    expect(await ask(await guardFor(set, 1, first))).toBe('GuardWrong')
    expect(await ask(await guardFor('another set', 1))).toBe('GuardWrong')
    expect(await ask(await guardFor(set, 1))).toBe('accepted')
  })

  it('takes ten wrong guards a day, at the same time too; right ones are not counted', async () => {
    const { manifest, set } = await backup([license()], { guard: key(1) })
    const checked = checkManifest(env, manifest)
    if (E.isLeft(checked)) throw new Error('no manifest')
    const attempt = async (byte: number) =>
      reasonOf(openVaultKeys(env, { manifest: checked.right.manifest, mid: target.mid, idem: 'i', guard: await guardFor(set, byte) }))
    for (let right = 0; right < 12; right++) expect(await attempt(1)).toBe('accepted')
    const wrong = await Promise.all(Array.from({ length: 14 }, () => attempt(2)))
    expect(wrong.filter((reason) => reason === 'GuardWrong').length).toBe(10)
    expect(wrong.filter((reason) => reason === 'RateLimited').length).toBe(4)
    expect(await attempt(1)).toBe('RateLimited')
    clock.advance(86_400)
    expect(await attempt(1)).toBe('accepted')
  })
})

describe('keys of a session', () => {
  it('lie sealed beside the log and go when its time is up, once for all instances', async () => {
    const fresh = testEnv(authority, clock)
    const { session } = await opened(fresh, authority, target, await backup([license()]))
    expect(await succeed(fresh.store.state('session', session))).toBeDefined()
    clock.advance(3601)
    const ended = await Promise.all([succeed(endExpiredSessions(fresh)), succeed(endExpiredSessions(fresh))])
    expect([...ended].sort()).toEqual([0, 1])
    expect(await succeed(fresh.store.state('session', session))).toBeUndefined()
  })
})
