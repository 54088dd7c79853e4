import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import type { KeystoreFault } from '../fault/core-fault'
import { systemRandom } from '../random/system-random'
import { secretEquals } from '../secret/secret'
import { openHome } from './open-home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from './testing/temporary-home'

describe('home', () => {
  let place: TemporaryPlace
  beforeEach(() => {
    place = temporaryPlace()
  })
  afterEach(() => place.remove())

  const modeOf = (...path: ReadonlyArray<string>): number => statSync(join(...path)).mode & 0o777
  const keyFile = (name: string): string => join(place.directory, 'keystore', name)

  it('is made at first use, private to its owner, and found at the second', async () => {
    const first = await place.open()
    const second = await place.open()
    expect(second.homeId).toBe(first.homeId)
    const events = await lastValueFrom(second.store.readAll().pipe(toArray()))
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'HomeCreated', data: { homeId: first.homeId } },
      { type: 'DeviceEpochInstalled', data: { epoch: 0, securityVersion: '2.2.0.0' } },
    ])
    expect(await succeed(second.device)).toEqual({ epoch: 0, securityVersion: '2.2.0.0' })
    expect(modeOf(place.directory)).toBe(0o700)
    expect(modeOf(place.machineFile)).toBe(0o600)
    expect(statSync(place.machineFile).size).toBe(32)
    for (const name of ['master.jwe', 'log.jwe', 'issuer.jwe', 'epochs/0/credential.jws', 'epochs/0/vault-1.jwe']) {
      expect(modeOf(keyFile(name))).toBe(0o600)
    }
    expect(readdirSync(place.directory).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('is one home however many make it at once', async () => {
    const homes = await Promise.all(Array.from({ length: 6 }, () => place.open()))
    expect(new Set(homes.map(({ homeId }) => homeId)).size).toBe(1)
    const [first] = homes
    const events = first === undefined ? [] : await lastValueFrom(first.store.readAll().pipe(toArray()))
    expect(events.map(({ type }) => type)).toEqual(['HomeCreated', 'DeviceEpochInstalled'])
    const kids = await Promise.all(homes.map(async (home) => (await succeed(home.keystore.issuer())).kid))
    expect(new Set(kids).size).toBe(1)
    expect(readdirSync(place.directory).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('opens all of its keys', async () => {
    const { keystore } = await place.open()
    for (const key of [keystore.log(), keystore.issuer(), keystore.signing(0), keystore.agreement(0)]) {
      expect((await succeed(key)).key.type).toBe('private')
    }
    expect((await succeed(keystore.vault(0, 1))).class).toBe('backup')
    expect((await succeed(keystore.vault(0, 2))).class).toBe('local')
    expect(await fail(keystore.vault(0, 3))).toMatchObject({ type: 'KeystoreMissing' })
  })

  it('IN-18: answers BindingMismatch with another machine secret, and its log stays readable', async () => {
    await place.open()
    writeFileSync(place.machineFile, new Uint8Array(32))
    const home = await place.open()
    expect(await fail(home.keystore.issuer())).toMatchObject({ type: 'BindingMismatch' })
    expect(await fail(home.keystore.vault(0, 1))).toMatchObject({ type: 'BindingMismatch' })
    expect((await succeed(home.device)).epoch).toBe(0)
  })

  it('IN-18: a machine file that was lost is made anew and opens nothing old', async () => {
    await place.open()
    rmSync(place.machineFile)
    expect(await fail((await place.open()).keystore.log())).toMatchObject({ type: 'BindingMismatch' })
  })

  it('refuses a machine file that is none', async () => {
    await place.open()
    writeFileSync(place.machineFile, new Uint8Array(33))
    expect(await fail((await place.open()).keystore.log())).toEqual({
      type: 'KeystoreDamaged',
      place: place.machineFile,
    })
  })

  it.each(['master.jwe', 'issuer.jwe', 'epochs/0/agreement.jwe', 'epochs/0/vault-1.jwe'])(
    'tells a damaged %s from a missing one, by name',
    async (name) => {
      await place.open()
      const text = readFileSync(keyFile(name), 'latin1')
      writeFileSync(keyFile(name), `${text.slice(0, -3)}${text.endsWith('AAA') ? 'BBB' : 'AAA'}`)
      const keysOf = async (): Promise<TaskEither<KeystoreFault, unknown>> => {
        const { keystore } = await place.open()
        return name === 'issuer.jwe' ? keystore.issuer() : keystore.vault(0, 1)
      }
      expect(await fail(await keysOf())).toMatchObject({ type: 'KeystoreDamaged', place: keyFile(name) })
      rmSync(keyFile(name))
      expect(await fail(await keysOf())).toMatchObject({ type: 'KeystoreMissing', place: keyFile(name) })
    }
  )

  it('does not make new keys for a home that lost its own', async () => {
    const home = await place.open()
    home.close()
    rmSync(join(place.directory, 'keystore'), { recursive: true })
    const again = await place.open()
    expect(await fail(again.keystore.log())).toMatchObject({ type: 'KeystoreMissing' })
    rmSync(join(place.directory, 'config.json'))
    const { clock, machineFile, directory } = place
    expect(await fail(openHome({ directory, machineFile, clock, random: systemRandom }))).toMatchObject({
      type: 'KeystoreMissing',
    })
    expect(existsSync(join(place.directory, 'keystore'))).toBe(false)
  })

  it('completes a first run that was cut off after the keystore', async () => {
    const home = await place.open()
    home.close()
    rmSync(join(place.directory, 'config.json'))
    rmSync(join(place.directory, 'events.db'))
    const again = await place.open()
    expect(again.homeId).toBe(home.homeId)
    await succeed(again.keystore.log())
  })

  it('answers HomeCopied for a second copy on the same machine, and the original goes on', async () => {
    const home = await place.open()
    await succeed(home.keystore.log())
    const copy = join(place.root, 'copy')
    cpSync(place.directory, copy, { recursive: true })
    const copied = await place.open(copy)
    expect(await fail(copied.keystore.log())).toEqual({
      type: 'HomeCopied',
      place: copy,
      original: place.directory,
    })
    await succeed((await place.open()).keystore.log())
  })

  it('follows a home that was moved, and records it without the path', async () => {
    const home = await place.open()
    await succeed(home.keystore.log())
    home.close()
    const moved = join(place.root, 'moved')
    renameSync(place.directory, moved)
    const again = await place.open(moved)
    await succeed(again.keystore.log())
    const events = await lastValueFrom(again.store.readAll().pipe(toArray()))
    expect(events.at(-1)).toMatchObject({ type: 'HomeMoved', data: { homeId: home.homeId } })
    expect(JSON.stringify(events)).not.toContain(place.root)
  })

  it('has one key for personal data, the same at every opening and another in every home', async () => {
    const shred = async (directory = place.directory) => succeed((await place.open(directory)).keystore.shred())
    const first = await shred()
    expect(secretEquals(await shred(), first)).toBe(true)
    expect(secretEquals(await shred(join(place.root, 'other')), first)).toBe(false)
  })

  it('answers HomeUnwritable below a regular file', async () => {
    const file = join(place.root, 'file')
    writeFileSync(file, '')
    const { clock, machineFile } = place
    for (const [directory, code] of [[join(file, 'home'), 'ENOTDIR'], [file, 'EEXIST']] as const) {
      expect(await fail(openHome({ directory, machineFile, clock, random: systemRandom }))).toEqual({
        type: 'HomeUnwritable',
        place: directory,
        code,
      })
    }
  })
})
