import { randomUUID } from 'node:crypto'

import { backUp } from '@custody/core/backup'
import { setTitle, titleOf } from '@custody/core/catalog'
import type { ServiceTransport } from '@custody/core/exchange'
import { protectLicense, renewHome, type Home } from '@custody/core/home'
import { KeyId, LicenseId } from '@custody/core/identity'
import { BLOCK_KIND, commitTo, issueLicense, packKeyBlock, timestampFromMicros, wrapLeafKey } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { restoreLicenses } from '@custody/core/restore'
import { secretFromBytes } from '@custody/core/secret'
import { distrustIssuer, listLicenses, queryLicense, reserveUse } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import { tap } from 'rxjs'

import { succeed } from '../authority/testing/temporary-authority'
import { BACKED_UP, testLicense, type TestLicense } from '../management/testing/test-backup'
import { dyingHome, Killed } from './testing/dying-home'
import { dataOf, eventsOf, restoringScene, typesOf, version, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

const DAY = 86_400
/** A manifest of this length is one still, and what is sent along with it is too much. */
const MOST_PAYLOAD = 3_145_000
const PLAY = { rights: [{ action: 'Play' as const }, { action: 'Backup' as const }] }

const canPlay = async (home: Home, keyId: KeyId): Promise<string> => {
  const use = await reserveUse(home)({ keyId, action: 'Play' })()
  if (E.isLeft(use)) return use.left.type
  return use.right.type === 'Reserved' ? 'yes' : (use.right.refusals[0]?.reason ?? 'no')
}

/** A root of a chain and a leaf that hangs on it. */
const chainOf = (scene: RestoringScene, conditions = BACKED_UP): readonly [TestLicense, TestLicense] => {
  const { issuer, issuerKey, clock } = scene
  const root = testLicense(issuerKey, clock, conditions, randomUUID(), 'root')
  const content = { key: secretFromBytes(systemRandom.bytes(16)), blind: secretFromBytes(systemRandom.bytes(16)) }
  const [lid, keyId] = [randomUUID(), Buffer.from(systemRandom.bytes(16)).toString('hex')]
  if (!LicenseId.is(lid) || !KeyId.is(keyId)) throw new TypeError('names')
  const place = { issuer, lid, keyId, uplink: root.license.keyId }
  const key = wrapLeafKey(root.content.key, place, packKeyBlock(BLOCK_KIND.leaf, content))
  const chain = { role: 'leaf' as const, uplink: root.license.keyId, root: root.license, key }
  const commit = commitTo(keyId, content.key, content.blind)
  const leaf = issueLicense({ id: issuer, key: issuerKey }, { lid, keyId, commit, now: clock.now(), conditions: BACKED_UP, chain })
  if (E.isLeft(leaf)) throw new Error(leaf.left.type)
  return [root, { license: leaf.right, content }]
}

const asLeaf =
  (leaf: TestLicense) =>
  ({ env, ...line }: Readonly<Record<string, unknown>>): unknown =>
    line['lid'] === leaf.license.lid ? { ...line, gen: 0 } : { env, ...line }

describe('a restore', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene({ individualizationsADay: 50 })
  })
  afterAll(() => scene.remove())

  it.each(['in a later batch', 'in the same batch'])('LI-56, BR-11: takes a leaf whose root comes %s', async (where) => {
    const target = await scene.computer()
    const [root, leaf] = chainOf(scene)
    const directory = await scene.set([leaf, root], { line: asLeaf(leaf), perSegment: where === 'in a later batch' ? 1 : 2 })
    expect((await scene.restore(target.home(), { directory })).at(-1)).toMatchObject({ type: 'RestoreEnded', data: { restored: 2 } })
    expect(await canPlay(target.home(), leaf.license.keyId)).toBe('yes')
  })

  it('LI-56, BR-36: a leaf waits here for a root that needs an individualization', async () => {
    const target = await scene.computer()
    const [root, leaf] = chainOf(scene, { ...BACKED_UP, requires: { security: version('2.10') } })
    const directory = await scene.set([leaf, root], { line: asLeaf(leaf) })
    const first = await scene.restore(target.home(), { directory })
    expect(first.at(-1)).toMatchObject({ type: 'RestoreEndedPartially', data: { restored: 1, refused: 1 } })
    expect(await canPlay(target.home(), leaf.license.keyId)).not.toBe('yes')
    await scene.decide({ securityVersion: version('2.10'), individualizationsADay: 50 })
    const individualize = (home: Home) => scene.individualize(home)
    const second = await scene.restore(target.home(), { directory, individualize: true }, { individualize })
    expect(second.at(-1)).toMatchObject({ type: 'RestoreEnded', data: { restored: 1, held: 1 } })
    expect(await canPlay(target.home(), leaf.license.keyId)).toBe('yes')
  })

  it('BR-24, BR-38: of a backup by a computer that restored its licenses itself, long after the service vouched for their issuers', async () => {
    const [first, second, third] = [await scene.computer(), await scene.computer(), await scene.computer()]
    const own = (await succeed(protectLicense(first.home())({ conditions: PLAY }))).keyId
    await scene.restore(second.home(), { directory: await scene.backup(first.home()) })
    scene.clock.advance(60 * DAY)
    expect(await canPlay(second.home(), own)).toBe('yes')
    const again = await scene.backup(second.home())
    scene.clock.advance(30 * DAY)
    expect(typesOf(await scene.restore(third.home(), { directory: again })).at(-1)).toBe('RestoreEnded')
    expect(await canPlay(third.home(), own)).toBe('yes')
  })

  it('LI-1: an issuer that the user withdrew stays withdrawn', async () => {
    const target = await scene.computer()
    const [before, after] = [scene.license(), scene.license()]
    await scene.restore(target.home(), { directory: await scene.set([before]) })
    await succeed(distrustIssuer(target.home())(scene.issuer))
    const events = await scene.restore(target.home(), { directory: await scene.set([after]) })
    expect(dataOf(events, 'LicenseRestoreRefused')).toMatchObject([{ reason: 'LicenseIssuerUnknown', rule: 'LI-1' }])
    expect(typesOf(events)).not.toContain('IssuerCertified')
    expect(await canPlay(target.home(), after.license.keyId)).not.toBe('yes')
  })

  it('of another authority’s backup is refused here, before anybody is asked or told', async () => {
    const other = await restoringScene()
    try {
      const directory = await other.set([other.license()])
      const target = await scene.computer()
      let sent = 0
      const counting: ServiceTransport = { ...scene.transport, send: (...asked) => ((sent += 1), scene.transport.send(...asked)) }
      const before = (await succeed(target.home().store.head())).position
      const process = restoreLicenses(scene.env(target.home(), {}, counting))({ directory })
      const refused = await eventsOf(process).catch((error: unknown) => error)
      const [pinned, found] = [scene.operator.authority.name, other.operator.authority.name]
      expect(refused).toMatchObject({ fault: { type: 'AuthorityOther', pinned, found } })
      expect(sent).toBe(0)
      expect((await succeed(target.home().store.head())).position).toBe(before)
    } finally {
      await other.remove()
    }
  })

  it('of more issuers than a request has room for is refused here, with what is too large', async () => {
    const target = await scene.computer()
    const change = (manifest: Record<string, unknown>) => {
      const room = MOST_PAYLOAD - JSON.stringify(manifest).length
      return { ...manifest, issuers: [{ issuer: scene.issuer, chain: ['A'.repeat(room)] }] }
    }
    const directory = await scene.set([scene.license()], { change })
    const refused = await eventsOf(restoreLicenses(scene.env(target.home()))({ directory })).catch((error: unknown) => error)
    expect(refused).toMatchObject({ fault: { type: 'BadInput', where: 'request to the management service' } })
    expect((await eventsOf(target.home().store.readAll())).at(-1)).toMatchObject({ type: 'RestoreFailed', data: { fault: 'BadInput' } })
  })

  it('BR-29: opens what a renewed home holds already, as another computer; a run before the renewal is not gone on with', async () => {
    const computer = await scene.computer()
    const made = await succeed(protectLicense(computer.home())({ conditions: PLAY, title: 'A film' }))
    const directory = await scene.backup(computer.home())
    let isStored = false
    const dying = dyingHome(computer.home(), () => (isStored ? 0 : Number.MAX_SAFE_INTEGER))
    const cutOff = restoreLicenses(scene.env(dying.home))({ directory }).pipe(tap(({ type }) => (isStored ||= type === 'RestoreProgress')))
    await expect(eventsOf(cutOff)).rejects.toBeInstanceOf(Killed)
    computer.home().close()
    const renewed = await succeed(renewHome(computer.options))
    try {
      expect(await canPlay(renewed, made.keyId)).not.toBe('yes')
      expect(await titleOf(renewed)(made.keyId)()).toEqual(E.left({ type: 'SealBroken' }))
      expect(await succeed(listLicenses(renewed))).toHaveLength(1)
      await succeed(setTitle(renewed)(made.keyId, 'The film again'))
      expect(await succeed(titleOf(renewed)(made.keyId))).toEqual({ type: 'Titled', title: 'The film again' })
      await eventsOf(scene.individualize(renewed))
      const events = await scene.restore(renewed, { directory })
      expect(dataOf(events, 'LicenseAlreadyHeld')).toMatchObject([{ computers: 1 }])
      expect(await canPlay(renewed, made.keyId)).toBe('yes')
    } finally {
      renewed.close()
      await computer.reopen().catch(() => undefined)
    }
  })

  it('R13: the signed time of another computer puts a clock right that was set back; that of this one does not', async () => {
    const target = await scene.computer()
    const home = target.home()
    const until = timestampFromMicros(scene.clock.now() + 365 * DAY * 1_000_000)
    const { keyId } = await succeed(protectLicense(home)({ conditions: { rights: [{ action: 'Play', windows: [{ until }] }] } }))
    // The clock ran ahead once, and is right again.
    scene.clock.advance(10 * DAY)
    await succeed(protectLicense(home)({ conditions: PLAY }))
    scene.clock.advance(-10 * DAY)
    const allowed = async (): Promise<boolean> => (await succeed(queryLicense(home)({ keyId, action: 'Play' }))).allowed
    expect(await allowed()).toBe(false)
    const directory = await scene.set([scene.license()])
    expect(typesOf(await scene.restore(home, { directory })).at(-1)).toBe('RestoreEnded')
    expect(await allowed()).toBe(false)
    const elsewhere: ServiceTransport = { place: 'elsewhere', send: scene.transport.send }
    const events = await eventsOf(restoreLicenses(scene.env(home, {}, elsewhere))({ directory }))
    expect(dataOf(events, 'ClockReanchored')).toMatchObject([{ by: 'service' }])
    expect(await allowed()).toBe(true)
    // Vouched for already: said once.
    expect(typesOf(await eventsOf(restoreLicenses(scene.env(home, {}, elsewhere))({ directory })))).not.toContain('ClockReanchored')
  })

  it('R13: an individualization puts the clock right too', async () => {
    const target = await scene.computer('plain')
    const elsewhere: ServiceTransport = { place: 'elsewhere', send: scene.transport.send }
    const events = await eventsOf(scene.individualize(target.home(), undefined, elsewhere))
    expect(typesOf(events)).toContain('ClockReanchored')
    const inside = await scene.computer('plain')
    expect(typesOf(await eventsOf(scene.individualize(inside.home())))).not.toContain('ClockReanchored')
  })
})

it('BR-18: a restore does not begin while a backup of the same home runs', async () => {
  const scene = await restoringScene()
  try {
    const computer = await scene.computer()
    const home = computer.home()
    await succeed(protectLicense(home)({ conditions: PLAY }))
    const directory = await scene.backup(home)
    const running = eventsOf(backUp({ home })({ directory, overwrite: true }))
    const busy = await eventsOf(restoreLicenses(scene.env(home))({ directory })).catch((error: unknown) => error)
    expect(busy).toMatchObject({ fault: { type: 'BackupBusy' } })
    expect(typesOf(await running).at(-1)).toBe('BackupEnded')
  } finally {
    await scene.remove()
  }
})
