import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { firstValueFrom, lastValueFrom, takeWhile, toArray } from 'rxjs'

import { runs } from '../../../../test/gate/runs'
import { setTitle } from '../catalog/set-title'
import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { uuidV7 } from '../event/uuid-v7'
import { succeed } from '../home/testing/temporary-home'
import { deleteLicense } from '../vault/delete-license'
import { persistLicense } from '../vault/persist-license'
import { backUp } from './back-up'
import { BACKUP_RESTORE_STREAM, BackupBegun, backupStream, LicenseBackedUp } from './backup-event'
import { fileMedium } from './backup-medium'
import { takeBackupRestoreLock } from './backup-restore-lock'
import { openBackup } from './open-backup'
import { restrictedTitles } from './restricted-titles'
import { MANIFEST, partialFolder, POINTER } from './set-files'
import { BACKUP_RIGHTS, backupScene, isBackupTrace, lidsBackedUp, lidsInBackup, type BackupScene } from './testing/backup-scene'

const typesOf = (events: ReadonlyArray<StoredEvent>) => events.map(({ type }) => type)
const dataOf = (events: ReadonlyArray<StoredEvent>, type: string) =>
  events.filter((event) => event.type === type).map(({ data }) => data as Readonly<Record<string, unknown>>)

/** Every file below a folder with its bytes. */
const snapshot = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')])

describe('a backup', () => {
  let scene: BackupScene
  let directory: string
  const once = () => ({ directory, overwrite: false })
  const again = () => ({ directory, overwrite: true })
  beforeEach(async () => {
    scene = await backupScene()
    directory = join(scene.place.root, 'medium', 'backup')
  })
  afterEach(() => scene.place.remove())

  const everything = () => lastValueFrom(scene.home.store.readAll().pipe(toArray()))

  it('BR-10, BR-11, BR-12, BR-15: writes all licenses that grant it, names the others first, and ends', async () => {
    const kept = [await scene.add(), await scene.add()]
    const left = [await scene.add({ rights: [{ action: 'Play' }] }), await scene.add({ ...BACKUP_RIGHTS, persist: 'temporary' })]
    const events = await scene.run(once())
    expect(isBackupTrace(typesOf(events))).toBe(true)
    expect(typesOf(events).filter((type) => type !== 'BackupRestricted')).toEqual([
      'BackupBegun',
      'SegmentBackedUp',
      'BackupProgress',
      'BackupEnded',
    ])
    expect(dataOf(events, 'BackupBegun')).toMatchObject([{ licenses: 2, restricted: 2, overwrite: false }])
    expect(dataOf(events, 'BackupRestricted').map(({ lid }) => lid).sort()).toEqual(left.map(({ lid }) => lid).sort())
    expect(lidsBackedUp(events).sort()).toEqual(kept.map(({ lid }) => lid).sort())
    expect([...(await lidsInBackup(directory))].sort()).toEqual(kept.map(({ lid }) => lid).sort())
    const { manifest, manifestJws } = await succeed(openBackup(directory, { salvage: false }))
    expect(manifest).toMatchObject({ licenses: 2, restricted: 2, source: { epoch: 1 } })
    expect(manifestJws).toBe(readFileSync(join(directory, `set-${manifest.set}`, MANIFEST), 'utf8'))
    expect(dataOf(events, 'BackupEnded')).toMatchObject([{ set: manifest.set, licenses: 2, restricted: 2 }])
  })

  it('copies documents and envelopes as they are', async () => {
    const license = await scene.add()
    await scene.run(once())
    const backup = await succeed(openBackup(directory, { salvage: false }))
    const { lines } = (await backup.segments().next()).value as { readonly lines: ReadonlyArray<Uint8Array> }
    const line = JSON.parse(Buffer.from(lines[0] ?? []).toString()) as Readonly<Record<string, unknown>>
    const envelope = await succeed(scene.home.store.state('key-envelope', `license/${scene.issuer.id}/${license.lid}`))
    expect(line).toEqual({
      n: 1,
      lid: license.lid,
      keyId: license.keyId,
      gen: 1,
      doc: license.document,
      env: Buffer.from(envelope ?? []).toString('base64url'),
    })
  })

  it('LI-56: takes a leaf with its root, and not without', async () => {
    const [root, lonely] = [await scene.add({ ...BACKUP_RIGHTS, chain: { role: 'root' } }), await scene.add({ rights: [{ action: 'Play' }] })]
    const leaf = await scene.add(BACKUP_RIGHTS, { root })
    const others = [await scene.add(BACKUP_RIGHTS, { root: lonely }), await scene.add({ rights: [{ action: 'Play' }] }, { root })]
    const events = await scene.run({ ...once(), check: true })
    expect(await lidsInBackup(directory)).toEqual([root.lid, leaf.lid])
    expect(dataOf(events, 'BackupRestricted').map(({ lid }) => lid).sort()).toEqual([lonely, ...others].map(({ lid }) => lid).sort())
  })

  it('BR-11: takes a savable license once it is permanent, and none that is gone', async () => {
    const [savable, gone] = [await scene.add({ ...BACKUP_RIGHTS, persist: 'savable' }), await scene.add()]
    await succeed(deleteLicense(scene.home)({ lid: gone.lid, force: true }))
    await scene.run(once())
    expect(await lidsInBackup(directory)).toEqual([])
    await succeed(persistLicense(scene.home)({ lid: savable.lid }))
    await scene.run(again())
    expect(await lidsInBackup(directory)).toEqual([savable.lid])
  })

  it('BR-7, P-7: refuses a place with a backup, and leaves each byte of it', async () => {
    await scene.add()
    await scene.run(once())
    const before = [snapshot(directory), await everything()]
    await expect(scene.run(once())).rejects.toMatchObject({ fault: { type: 'BackupExists', place: directory } })
    expect([snapshot(directory), await everything()]).toEqual(before)
  })

  it('BR-8: with overwrite the new set takes the place of the old one', async () => {
    const first = await scene.add()
    await scene.run(once())
    const second = await scene.add()
    await scene.run(again())
    expect([...(await lidsInBackup(directory))].sort()).toEqual([first.lid, second.lid].sort())
    const [ended] = dataOf(await everything(), 'BackupEnded').slice(-1)
    expect(readdirSync(directory).sort()).toEqual([POINTER, `set-${String(ended?.['set'])}`])
  })

  it('BR-18, BR-19: refuses to begin beside another backup or restore, and says nothing in the log', async () => {
    await scene.add()
    const release = await succeed(takeBackupRestoreLock(scene.home))
    const before = await everything()
    await expect(scene.run(once())).rejects.toMatchObject({ fault: { type: 'BackupBusy' } })
    expect(await everything()).toEqual(before)
    release()
    const running = scene.run(once())
    await expect(scene.run({ directory: join(directory, 'other'), overwrite: false })).rejects.toMatchObject({
      fault: { type: 'BackupBusy' },
    })
    expect(typesOf(await running).at(-1)).toBe('BackupEnded')
  })

  it('P-2: refuses a home without a credential and a place that takes nothing, without an event', async () => {
    const bare = await scene.place.open(join(scene.place.root, 'bare'))
    await expect(lastValueFrom(backUp({ home: bare })(once()))).rejects.toMatchObject({ fault: { type: 'NotIndividualized' } })
    writeFileSync(join(scene.place.root, 'file'), 'x')
    const before = await everything()
    const inFile = { directory: join(scene.place.root, 'file', 'backup'), overwrite: false }
    await expect(scene.run(inFile)).rejects.toMatchObject({ fault: { type: 'TargetUnwritable', code: 'ENOTDIR' } })
    await expect(scene.run({ ...once(), set: '../set' })).rejects.toMatchObject({ fault: { type: 'BadInput' } })
    expect(await everything()).toEqual(before)
  })

  it('is cold, and begins anew at each subscription', async () => {
    await scene.add()
    const before = (await everything()).length
    const backup$ = backUp({ home: scene.home })(again())
    expect(await everything()).toHaveLength(before)
    for (const _ of [1, 2]) expect(typesOf(await lastValueFrom(backup$.pipe(toArray()))).at(-1)).toBe('BackupEnded')
    expect(new Set(dataOf(await everything(), 'BackupEnded').map(({ set }) => set)).size).toBe(2)
  })

  it('closes the generation: later licenses lie under another key, which this backup does not hold', async () => {
    await scene.add()
    await scene.run(once())
    expect((await succeed(openBackup(directory, { salvage: false }))).manifest.keys.map(({ gen }) => gen)).toEqual([1])
    await scene.add()
    await scene.run(again())
    expect((await succeed(openBackup(directory, { salvage: false }))).manifest.keys.map(({ gen }) => gen)).toEqual([1, 3])
  })

  it.each([
    ['without counts', []],
    ['with counts', [{ count: 2 }]],
  ])('BR-21: an issuer that says nothing of backup has withheld it, of a license %s too', async (_, windows) => {
    const play = { action: 'Play', windows }
    const [silent, named] = [await scene.add({ rights: [play] }), await scene.add({ rights: [play, { action: 'Backup' }] })]
    const events = await scene.run(once())
    expect(dataOf(events, 'BackupRestricted')).toMatchObject([{ lid: silent.lid }])
    expect(await lidsInBackup(directory)).toEqual([named.lid])
  })

  it('BR-20: unsubscribing cancels: one end, no set, and what was there stays', async () => {
    for (let count = 0; count < 3; count += 1) await scene.add()
    await scene.run(once())
    const before = snapshot(directory)
    let settled: () => void = () => undefined
    const done = new Promise<void>((resolve) => (settled = resolve))
    const backup$ = backUp({ home: scene.home, onSettled: () => settled() })(again())
    await firstValueFrom(backup$)
    await done
    expect(typesOf(await everything()).slice(-1)).toEqual(['BackupCancelled'])
    expect(snapshot(directory)).toEqual(before)
    expect(readdirSync(directory)).toHaveLength(2)
  })

  it('BR-16: a medium that fills up gives one failure, and the backup that was there is whole', async () => {
    const license = await scene.add()
    await scene.run(once())
    const before = snapshot(directory)
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    for (const name of ['documents-00001.ndjson', MANIFEST, 'CURRENT.new']) {
      const medium = {
        ...fileMedium,
        append: (file: string, bytes: Uint8Array) => (file.endsWith(name) ? Promise.reject(full) : fileMedium.append(file, bytes)),
      }
      const position = (await everything()).length
      await expect(scene.run(again(), { medium })).rejects.toMatchObject({ fault: { type: 'TargetUnwritable', code: 'ENOSPC' } })
      const types = typesOf((await everything()).slice(position)).filter((type) => type !== 'VaultGenerationOpened')
      expect(isBackupTrace(types)).toBe(true)
      expect(types.at(-1)).toBe('BackupFailed')
      expect(snapshot(directory)).toEqual(before)
    }
    expect(await lidsInBackup(directory)).toEqual([license.lid])
  })

  it('works on a medium that synchronizes no folders', async () => {
    const license = await scene.add()
    const refused = Object.assign(new Error('not supported'), { code: 'EINVAL' })
    await scene.run(once(), { medium: { ...fileMedium, syncFolder: () => Promise.reject(refused) } })
    expect(await lidsInBackup(directory)).toEqual([license.lid])
  })

  it('with check refuses a license whose envelope does not open, and a medium that keeps other bytes', async () => {
    const license = await scene.add()
    const swapping = {
      ...fileMedium,
      append: (file: string, bytes: Uint8Array) =>
        fileMedium.append(file, file.endsWith('.ndjson') ? Buffer.from(bytes).fill(65, 20, 21) : bytes),
    }
    await expect(scene.run({ ...once(), check: true }, { medium: swapping })).rejects.toMatchObject({ fault: { type: 'BackupDamaged' } })
    // The twin: without the check the medium is believed, and the next reader finds out.
    await scene.run(again(), { medium: swapping })
    await expect(lidsInBackup(directory)).rejects.toThrow('BackupDamaged')
    const key = `license/${scene.issuer.id}/${license.lid}`
    const value = Uint8Array.from((await succeed(scene.home.store.state('key-envelope', key))) ?? [])
    value[40] = (value[40] ?? 0) ^ 1
    await succeed(scene.home.store.append({ appends: [], state: [{ space: 'key-envelope', key, value }] }))
    await expect(scene.run({ ...again(), check: true })).rejects.toMatchObject({ fault: { type: 'EnvelopeDamaged' } })
  })

  it('BR-13, BR-14: names content that was left out once for each key ID, with its title, and no title is in the set', async () => {
    const canary = 'Canary of the third valley'
    const restricted = await scene.add({ rights: [{ action: 'Play' }] })
    await scene.add({ rights: [{ action: 'Play' }] }, { keyId: restricted.keyId })
    const kept = await scene.add()
    for (const { keyId } of [restricted, kept]) await succeed(setTitle(scene.home)(keyId, canary))
    const events = await scene.run(once())
    expect(await succeed(restrictedTitles(scene.home)(events))).toEqual([
      { keyId: restricted.keyId, title: { type: 'Titled', title: canary } },
    ])
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (!statSync(join(directory, name)).isFile()) continue
      const bytes = readFileSync(join(directory, name))
      for (const secret of [canary, scene.home.homeId, scene.place.root]) expect(bytes.includes(secret)).toBe(false)
    }
  })

  it('BR-41: each progress says what is written at its own moment', async () => {
    for (let count = 0; count < 3; count += 1) await scene.add()
    const [progress] = dataOf(await scene.run(once()), 'BackupProgress')
    const { manifest } = await succeed(openBackup(directory, { salvage: false }))
    expect(progress).toMatchObject({ licenses: 3, written: manifest.segments[0]?.bytes })
  })

  it('resumes a run that was killed, under its set id, and records each license once', async () => {
    await scene.add()
    let appended = 0
    const dying = { ...scene.home, store: { ...scene.home.store } }
    dying.store.append = (request) => {
      // From the end of the first segment on, nothing reaches the log any more.
      if (appended > 0) return () => new Promise(() => undefined)
      if (request.appends.some(({ events }) => events.some(({ type }) => type === 'BackupProgress'))) appended += 1
      return scene.home.store.append(request)
    }
    const progress$ = backUp({ home: dying })(once()).pipe(takeWhile(({ type }) => type !== 'BackupProgress', true), toArray())
    const [begun] = await lastValueFrom(progress$)
    const set = (begun?.data as { readonly set: string }).set
    expect(readdirSync(directory)).toEqual([partialFolder(set)])
    // The dead run holds its lock here, which a killed process would not.
    const home = { ...scene.home, directory: join(scene.place.root, 'unlocked') }
    mkdirSync(home.directory)
    cpSync(join(scene.place.directory, 'keystore'), join(home.directory, 'keystore'), { recursive: true })
    const second = await scene.add()
    const events = await lastValueFrom(backUp({ home })(once()).pipe(toArray()))
    expect(isBackupTrace(typesOf(events))).toBe(true)
    expect(dataOf(events, 'BackupBegun')).toMatchObject([{ set, resumed: true }])
    expect(lidsBackedUp(events)).toEqual([second.lid])
    expect(await lidsInBackup(directory)).toHaveLength(2)
  })

  it('goes on with a run that an earlier version began, and names none again that its events name', async () => {
    const { store } = scene.home
    const named = await scene.add()
    const second = await scene.add()
    const set = uuidV7(scene.home.clock, scene.home.random)
    const begun = newEvent(BackupBegun, { set, licenses: 2, restricted: 0, overwrite: false })
    const license = { issuer: scene.issuer.id, lid: named.lid, keyId: named.keyId }
    const events = [begun, newEvent(LicenseBackedUp, { set, ...license })]
    await succeed(store.append({ appends: [{ stream: backupStream(set), expectedRevision: 0, events }] }))
    await succeed(store.append({ appends: [{ stream: BACKUP_RESTORE_STREAM, expectedRevision: 'any', events: [] }] }))
    const resumed = await scene.run(once())
    expect(dataOf(resumed, 'BackupBegun')).toMatchObject([{ set, resumed: true }])
    expect(lidsBackedUp(resumed)).toEqual([second.lid])
    expect(await lidsInBackup(directory)).toHaveLength(2)
  })

  it('P-4: for any vault the set and what was left out are the licenses that grant Backup and the others', async () => {
    const license = fc.record({
      backup: fc.boolean(),
      persist: fc.constantFrom('permanent', 'temporary', 'savable'),
      chain: fc.constantFrom('none', 'root', 'leaf'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(license, { maxLength: 8 }), async (vault) => {
        const own = await backupScene()
        const target = join(own.place.root, 'backup')
        try {
          const [granted, others]: [string[], string[]] = [[], []]
          const roots: Array<{ readonly root: Awaited<ReturnType<BackupScene['add']>>; readonly kept: boolean }> = []
          for (const { backup, persist, chain } of vault) {
            const root = chain === 'leaf' ? roots.at(-1) : undefined
            const members = {
              rights: [{ action: 'Play' }, ...(backup ? [{ action: 'Backup' }] : [])],
              persist,
              ...(chain === 'root' && { chain: { role: 'root' } }),
            }
            const added = await own.add(members, root && { root: root.root })
            const kept = backup && persist === 'permanent' && (root?.kept ?? true)
            if (chain === 'root') roots.push({ root: added, kept })
            ;(kept ? granted : others).push(added.lid)
          }
          const events = await own.run({ directory: target, overwrite: false })
          expect([...(await lidsInBackup(target))].sort()).toEqual(granted.sort())
          expect(dataOf(events, 'BackupRestricted').map(({ lid }) => lid).sort()).toEqual(others.sort())
        } finally {
          own.place.remove()
        }
      }),
      { numRuns: runs(12) }
    )
  }, 120_000)

  it('writes the set under the id that is asked for', async () => {
    const set = '01890a5d-ac96-774b-bcce-b302099a8057'
    await scene.run({ ...once(), set })
    expect((await succeed(openBackup(directory, { salvage: false }))).set).toBe(set)
  })
})
