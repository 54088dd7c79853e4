import { randomUUID } from 'node:crypto'

import { BatchReply, openBatchKeys, transportHeader } from '@custody/core/restore'
import { secretEquals, unsealWith, type Secret } from '@custody/core/secret'
import type { RequiredVersion } from '@custody/core/identity'
import type { KeyBlock } from '@custody/core/license'
import { thumbprint } from '@custody/core/signed'

import { restoreBatch, type RestoredBatch } from './restore-batch'
import { restoreScene } from './testing/restore-scene'
import { certified, nameOf, privateKey, type TestComputer } from './testing/test-authority'
import { BACKED_UP, testLicense, type TestBackup, type TestLicense } from './testing/test-backup'
import { arrived, batchBody, batchRequest, opened, reasonOf, restored, succeed, type RequestChange } from './testing/test-service'

const scene = restoreScene()
const { authority, env, first, license, backup } = scene
const SEGMENT = 'documents-1.ndjson'
const FRAUD = 'https://a.example/fraud'

/** Verdicts of a batch in short. */
const verdicts = ({ results }: RestoredBatch): ReadonlyArray<string> =>
  results.map(({ verdict, computers, reason }) => (verdict === 'accepted' ? `${computers}` : `${reason}`))

interface Batch {
  readonly session: string
  readonly transport: Secret
  readonly send: (change?: RequestChange, body?: Uint8Array, sender?: TestComputer) => ReturnType<typeof restoreBatch>
}

/** A session of a computer, with its key open. */
const batchOf = async (computer: TestComputer, set: TestBackup): Promise<Batch> => {
  const { session, transport } = await opened(env, authority, computer, set)
  return {
    session,
    transport: await succeed(unsealWith(computer.agreement, transportHeader(session, computer.mid, 1), transport)),
    send: (change = {}, body = batchBody(set, SEGMENT), sender = computer) =>
      restoreBatch(env, session, batchRequest(authority, sender, session, body, change)),
  }
}

const keysOf = async (
  { session, transport }: Batch,
  { mid, epoch, results, keys }: RestoredBatch,
  idem: string
): Promise<ReadonlyArray<KeyBlock>> => {
  const docDigests = results.flatMap(({ verdict, docDigest }) => (verdict === 'accepted' ? [docDigest ?? ''] : []))
  return succeed(async () => openBatchKeys(transport, { session, mid, epoch, idem, docDigests }, keys))
}

const same = (one: KeyBlock | undefined, other: TestLicense | undefined): boolean =>
  one !== undefined && other !== undefined && secretEquals(one.key, other.content.key) && secretEquals(one.blind, other.content.blind)

describe('restoring a batch', () => {
  it('BR-24, BR-25: gives a verdict on each license and the keys of the accepted ones to the computer that asked', async () => {
    const licenses = [license(), license(), license()]
    const target = authority.individualize()
    const batch = await batchOf(target, await backup(licenses))
    const reply = await succeed(batch.send({ idem: 'one' }))
    expect(BatchReply.is(reply)).toBe(true)
    expect(reply.results.map(({ n, lid }) => [n, lid])).toEqual(licenses.map((one, index) => [index + 1, one.license.lid]))
    expect(reply.mid).toBe(target.mid)
    const keys = await keysOf(batch, reply, 'one')
    expect(keys.map((key, index) => same(key, licenses[index]))).toEqual([true, true, true])
  })

  it('BR-27, BR-28, BR-29, BR-30, BR-31, BR-32: the counter example of the reference, by requests', async () => {
    const set = await backup([license()])
    const [b, c, d] = [authority.individualize(), authority.individualize(), authority.individualize()]
    /** The same computer to look at: a new system has a new identity. */
    const reinstalled = authority.individualize()
    const restore = async (computer: TestComputer) => verdicts(await restored(env, authority, computer, set)).join()
    expect(await restore(first)).toBe('0')
    expect(await restore(b)).toBe('1')
    expect(await restore(b)).toBe('1')
    expect(await restore(reinstalled)).toBe('2')
    expect(await restore(c)).toBe('3')
    expect(await restore(c)).toBe('3')
    const refused = await restored(env, authority, d, set)
    expect(refused.results).toMatchObject([{ verdict: 'refused', computers: 3, reason: 'RestoreLimitReached', url: FRAUD }])
    expect(refused.keys).toBe('')
    expect(BatchReply.is(refused)).toBe(true)
    // BR-40, BR-38: nothing was taken from those that have it.
    for (const computer of [first, b, c, reinstalled]) expect(await restore(computer)).toBe('3')
  })

  it('BR-29: an upgraded computer is the same one', async () => {
    const set = await backup([license()])
    const before = authority.individualize()
    const upgraded = authority.individualize({ scope: before.scope, epoch: 2 })
    expect(verdicts(await restored(env, authority, before, set))).toEqual(['1'])
    const reply = await restored(env, authority, upgraded, set)
    expect(verdicts(reply)).toEqual(['1'])
    expect([reply.mid, reply.epoch]).toEqual([before.mid, 2])
  })

  it('BR-32: a license at its limit is refused, and the others of the batch are judged on their own counters', async () => {
    const [old, fresh] = [license(), license()]
    const alone = await backup([old])
    for (let count = 0; count < 3; count++) await restored(env, authority, authority.individualize(), alone)
    const both = await backup([old, fresh])
    const batch = await batchOf(authority.individualize(), both)
    const reply = await succeed(batch.send({ idem: 'both' }))
    expect(verdicts(reply)).toEqual(['RestoreLimitReached', '1'])
    expect((await keysOf(batch, reply, 'both')).map((key) => same(key, fresh))).toEqual([true])
  })

  it('another issuer’s license with the same id is counted by itself', async () => {
    const other = privateKey()
    const issuers = [scene.issuer, other].map((key) => ({ issuer: nameOf(key), chain: [authority.certifyIssuer(key)] }))
    const lid = randomUUID()
    const one = await backup([license(BACKED_UP, lid)], { issuers })
    for (let count = 0; count < 3; count++) await restored(env, authority, authority.individualize(), one)
    const both = await backup([license(BACKED_UP, lid), testLicense(other, scene.clock, BACKED_UP, lid)], { issuers })
    expect(verdicts(await restored(env, authority, authority.individualize(), both))).toEqual(['RestoreLimitReached', '1'])
  })

  it('a license that stands in the batch twice is counted once', async () => {
    const one = license()
    expect(verdicts(await restored(env, authority, authority.individualize(), await backup([one, one])))).toEqual(['1', '1'])
  })

  it('BR-21, BR-32, BR-36: names for each license by itself why it is refused', async () => {
    const stranger = privateKey()
    const newest = { ...BACKED_UP, requires: { security: '2.9' as RequiredVersion } }
    const licenses = [
      license(),
      license({ rights: [{ action: 'Play' }] }),
      testLicense(stranger, scene.clock),
      license(newest),
      license(),
      license(),
    ]
    const elsewhere = license()
    const set = await backup(licenses, {
      line: (line) => {
        if (line['n'] === 5) return { ...line, env: 'AAAA' }
        return line['n'] === 6 ? { ...line, lid: elsewhere.license.lid } : line
      },
    })
    const older = authority.individualize({ securityVersion: '2.4.0.1' })
    const expected = ['1', 'BackupRightMissing', 'LicenseIssuerUnknown', 'StoreNeedsIndividualization', 'KeyMismatch', 'LicenseMalformed']
    expect(verdicts(await restored(env, authority, older, set))).toEqual(expected)
    const newer = authority.individualize({ securityVersion: '2.10.0.1' })
    expect(verdicts(await restored(env, authority, newer, set))[3]).toBe('1')
  })

  it('refuses a license that somebody else signed in the issuer’s name, and one of a revoked issuer', async () => {
    const one = license()
    const [head, payload] = one.license.jws.split('.')
    const [, , signature] = license().license.jws.split('.')
    const forged = await backup([one], { line: (line) => ({ ...line, doc: [head, payload, signature].join('.') }) })
    expect(verdicts(await restored(env, authority, authority.individualize(), forged))).toEqual(['LicenseSignatureInvalid'])
    const set = await backup([license()])
    const strict = { ...env, isRevoked: (name: string) => name === nameOf(scene.issuer) }
    expect(verdicts(await restored(strict, authority, authority.individualize(), set))).toEqual(['LicenseIssuerRevoked'])
  })

  it('R8: refuses a computer that was revoked since it opened its session, and counts nothing', async () => {
    const target = authority.individualize()
    const set = await backup([license()])
    const { session } = await opened(env, authority, target, set)
    const send = (by: typeof env) => restoreBatch(by, session, batchRequest(authority, target, session, batchBody(set, SEGMENT)))
    const strict = { ...env, isRevoked: (name: string) => name === thumbprint(target.signing) }
    const { position } = await succeed(env.store.head())
    expect(await reasonOf(send(strict))).toBe('CertificateRevoked')
    expect((await succeed(env.store.head())).position).toBe(position)
    // Twin: asked without the list, the same request gets its keys.
    expect(verdicts(await succeed(send(env)))).toEqual(['1'])
  })

  it.each([
    ['R8: a session is over with the credential that it was opened with', 600, 'SessionExpired'],
    ['R8: twin: a session goes on under a credential that lasts longer', 86_400, 'accepted'],
  ])('%s', async (_, seconds, reason) => {
    const target = authority.individualize({ until: scene.clock.now() + seconds * 1_000_000 })
    const batch = await batchOf(target, await backup([license()]))
    scene.clock.advance(660)
    expect(await reasonOf(batch.send())).toBe(reason)
  })

  it('refuses an envelope that does not hold the key which the document commits to', async () => {
    const [one, other] = [license(), license()]
    const set = await backup([{ ...one, content: other.content }])
    expect(verdicts(await restored(env, authority, authority.individualize(), set))).toEqual(['KeyMismatch'])
  })

  it('BR-24: restores the owner’s own licenses, by the word of the computer that the backup is from', async () => {
    const home = privateKey()
    const issuers = [{ issuer: nameOf(home), chain: [certified(first.signing, home, 'issuer', scene.clock.now())] }]
    const set = await backup([testLicense(home, scene.clock)], { issuers })
    expect(verdicts(await restored(env, authority, authority.individualize(), set))).toEqual(['1'])
  })

  it('a leaf of a chain comes without a key, and a license that is none does not', async () => {
    const [root, leaf, plain] = [
      testLicense(scene.issuer, scene.clock, BACKED_UP, randomUUID(), 'root'),
      testLicense(scene.issuer, scene.clock, BACKED_UP, randomUUID(), 'leaf'),
      license(),
    ]
    const bare = ({ env: _, ...line }: Readonly<Record<string, unknown>>) => ({ ...line, gen: 0 })
    const set = await backup([root, leaf, plain], { line: (line) => (line['n'] === 1 ? line : bare(line)) })
    const batch = await batchOf(authority.individualize(), set)
    const reply = await succeed(batch.send({ idem: 'chain' }))
    expect(verdicts(reply)).toEqual(['1', '1', 'KeyMismatch'])
    expect((await keysOf(batch, reply, 'chain')).map((key) => same(key, root))).toEqual([true])
  })
})

describe('what the manifest vouches for', () => {
  const licenses = [license(), license(), license(), license()]

  it('all lines of a segment, or what of them is whole', async () => {
    const set = await backup(licenses, { perSegment: 2 })
    const batch = await batchOf(authority.individualize(), set)
    const second = batchBody(set, 'documents-2.ndjson', (lines) => lines.slice(1))
    const reply = await succeed(batch.send({}, second))
    expect(reply.results.map(({ n, verdict }) => [n, verdict])).toEqual([[4, 'accepted']])
  })

  it.each<[string, string, (lines: ReadonlyArray<string>) => ReadonlyArray<string>]>([
    ['a line that was changed', 'BackupDamaged', ([line = '', ...rest]) => [line.replace('"gen":1', '"gen":2'), ...rest]],
    ['a line with the number of another', 'BackupDamaged', ([line = '', ...rest]) => [line.replace('"n":1', '"n":2'), ...rest]],
    ['a line of another segment', 'BackupDamaged', ([line = '', ...rest]) => [line.replace('"n":1', '"n":9'), ...rest]],
    ['a line that is none', 'BackupDamaged', (lines) => ['{}', ...lines.slice(1)]],
    ['a line twice', 'BadInput', ([line = '']) => [line, line]],
  ])('refuses %s', async (_, reason, pick) => {
    const set = await backup(licenses)
    const batch = await batchOf(authority.individualize(), set)
    expect(await reasonOf(batch.send({}, batchBody(set, SEGMENT, pick)))).toBe(reason)
  })

  it('refuses leaves of another set, an unknown segment and a body that is cut off', async () => {
    const [set, other] = [await backup(licenses), await backup([license(), license(), license(), license()])]
    const batch = await batchOf(authority.individualize(), set)
    expect(await reasonOf(batch.send({}, batchBody(other, SEGMENT)))).toBe('BackupDamaged')
    const body = batchBody(set, SEGMENT)
    expect(await reasonOf(batch.send({}, body.subarray(0, body.length - 1)))).toBe('BadInput')
    const renamed = Buffer.from(Buffer.from(body).toString('utf8').replace(SEGMENT, 'documents-7.ndjson'))
    expect(await reasonOf(batch.send({}, renamed))).toBe('BadInput')
  })
})

describe('a batch that comes again', () => {
  it('gets the same verdicts, its keys sealed anew, and is counted once', async () => {
    const licenses = [license(), license()]
    const target = authority.individualize()
    const batch = await batchOf(target, await backup(licenses))
    const [one, two] = [await succeed(batch.send({ idem: 'again' })), await succeed(batch.send({ idem: 'again' }))]
    expect({ ...two, keys: '' }).toEqual({ ...one, keys: '' })
    expect(one.keys === two.keys).toBe(false)
    expect((await keysOf(batch, two, 'again')).map((key, index) => same(key, licenses[index]))).toEqual([true, true])
  })

  it('keeps a verdict that would be another one by now', async () => {
    const set = await backup([license()])
    const [late, ...others] = Array.from({ length: 4 }, () => authority.individualize())
    if (late === undefined) throw new Error('a computer')
    for (const other of others) await restored(env, authority, other, set)
    const batch = await batchOf(late, set)
    const refused = await succeed(batch.send({ idem: 'late' }))
    expect(verdicts(refused)).toEqual(['RestoreLimitReached'])
    expect(await succeed(batch.send({ idem: 'late' }))).toEqual(refused)
  })

  it('with another body is refused, and from another computer it is another batch', async () => {
    const set = await backup([license(), license()])
    const [one, other] = [authority.individualize(), authority.individualize()]
    const [batch, elsewhere] = [await batchOf(one, set), await batchOf(other, set)]
    expect(await reasonOf(batch.send({ idem: 'key' }))).toBe('accepted')
    const part = batchBody(set, SEGMENT, (lines) => lines.slice(1))
    expect(await reasonOf(batch.send({ idem: 'key' }, part))).toBe('IdempotencyConflict')
    expect(await reasonOf(elsewhere.send({ idem: 'key' }))).toBe('accepted')
  })

  it('in a later session gets the same verdicts, sealed for that session', async () => {
    const licenses = [license()]
    const target = authority.individualize()
    const set = await backup(licenses)
    const [before, after] = [await batchOf(target, set), await batchOf(target, set)]
    const one = await succeed(before.send({ idem: 'lost' }))
    const two = await succeed(after.send({ idem: 'lost' }))
    expect(two.results).toEqual(one.results)
    expect((await keysOf(after, two, 'lost')).map((key) => same(key, licenses[0]))).toEqual([true])
  })

  it('at the same time as itself is decided once', async () => {
    const batch = await batchOf(authority.individualize(), await backup([license()]))
    const replies = await Promise.all([1, 2, 3].map(() => succeed(batch.send({ idem: 'thrice' }))))
    expect(replies.map(verdicts)).toEqual([['1'], ['1'], ['1']])
  })
})

describe('whose session it is', () => {
  it('a stolen request is worth nothing on another device, nor in another session, nor at another authority', async () => {
    const set = await backup([license()])
    const [target, thief] = [authority.individualize(), authority.individualize()]
    const [batch, own] = [await batchOf(target, set), await batchOf(thief, set)]
    expect(await reasonOf(batch.send({}, undefined, thief))).toBe('ProofInvalid')
    const stolen = batchRequest(authority, target, batch.session, batchBody(set, SEGMENT))
    expect(await reasonOf(restoreBatch(env, own.session, stolen))).toBe('ProofInvalid')
    const elsewhere = restoreScene()
    expect(await reasonOf(restoreBatch(elsewhere.env, batch.session, stolen))).toBe('SessionExpired')
  })

  it('a replayed request has to bring a fresh nonce', async () => {
    const batch = await batchOf(authority.individualize(), await backup([license()]))
    expect(await reasonOf(batch.send({ nonce: 'old' }))).toBe('NonceRequired')
  })

  it('keys that were sent to one computer do not open for another, whatever it knows of the reply', async () => {
    const set = await backup([license()])
    const [batch, other] = [await batchOf(authority.individualize(), set), await batchOf(authority.individualize(), set)]
    const reply = await succeed(batch.send({ idem: 'mine' }))
    await expect(keysOf({ ...batch, transport: other.transport }, reply, 'mine')).rejects.toThrow('SealBroken')
  })

  it('is over after an hour, and unknown ones never were', async () => {
    const batch = await batchOf(authority.individualize(), await backup([license()]))
    scene.clock.advance(3599)
    expect(await reasonOf(batch.send())).toBe('accepted')
    scene.clock.advance(2)
    expect(await reasonOf(batch.send())).toBe('SessionExpired')
    const body = new Uint8Array()
    expect(await reasonOf(restoreBatch(env, 'none', arrived(authority, '/', body, '')))).toBe('SessionExpired')
  })

  it('of another authority is none here, even where what it keeps gets into this one’s store', async () => {
    const [here, elsewhere] = [restoreScene(), restoreScene()]
    const set = await elsewhere.backup([elsewhere.license()])
    const computer = elsewhere.authority.individualize()
    const { session } = await opened(elsewhere.env, elsewhere.authority, computer, set)
    const value = (await succeed(elsewhere.env.store.state('session', session))) ?? null
    await succeed(here.env.store.append({ appends: [], state: [{ space: 'session', key: session, value }] }))
    const request = batchRequest(here.authority, computer, session, batchBody(set, SEGMENT))
    expect(await reasonOf(restoreBatch(here.env, session, request))).toBe('SealBroken')
  })
})
