import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'

import { DEVICE_STREAM } from '../device/device-event'
import { vaultFile } from '../device/keystore-place'
import { VAULT_KEYS_STREAM, VaultGenerationRetired } from '../device/vault-generation-event'
import { newEvent } from '../event/define-event'
import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { secretEquals } from '../secret/secret'
import { currentVaultKey } from './content-key'
import { closeBackupGeneration, openVaultGeneration, sealingVault, vaultGenerations } from './vault-generations'

describe('vault generations', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const keyFile = (generation: number): string => vaultFile(join(place.directory, 'keystore'), 0, generation)
  const opened = async (): Promise<ReadonlyArray<unknown>> =>
    (await lastValueFrom(home.store.read(VAULT_KEYS_STREAM).pipe(toArray()))).map(({ data }) => data)

  it('a log that says nothing of them has the two of a new home', async () => {
    expect(await succeed(vaultGenerations(home))).toEqual([
      { generation: 1, class: 'backup' },
      { generation: 2, class: 'local' },
    ])
    expect((await succeed(currentVaultKey(home, 'backup'))).generation).toBe(1)
    expect((await succeed(currentVaultKey(home, 'local'))).generation).toBe(2)
    expect(await opened()).toEqual([])
  })

  it('a backup closes its generation: later licenses go under the next number, others stay where they are', async () => {
    const before = await succeed(currentVaultKey(home, 'backup'))
    expect(await succeed(closeBackupGeneration(home))).toEqual({ generation: 3, class: 'backup' })
    const after = await succeed(currentVaultKey(home, 'backup'))
    expect(after.generation).toBe(3)
    expect(secretEquals(before.key, after.key)).toBe(false)
    expect((await succeed(currentVaultKey(home, 'local'))).generation).toBe(2)
    expect((await succeed(vaultGenerations(home))).map(({ generation }) => generation)).toEqual([1, 2, 3])
    expect(statSync(keyFile(3)).mode & 0o777).toBe(0o600)
    expect(await succeed(openVaultGeneration(home)('local'))).toEqual({ generation: 4, class: 'local' })
  })

  it('another process sees the new generation, and each of several that open one at once gets its own', async () => {
    const other = await place.open()
    await Promise.all([home, other, home, other].map((one) => succeed(openVaultGeneration(one)('backup'))))
    expect((await succeed(vaultGenerations(other))).map(({ generation }) => generation)).toEqual([1, 2, 3, 4, 5, 6])
    const [mine, theirs] = [await succeed(currentVaultKey(home, 'backup')), await succeed(currentVaultKey(other, 'backup'))]
    expect(mine.generation).toBe(6)
    expect(secretEquals(mine.key, theirs.key)).toBe(true)
  })

  it('a key that a killed run left is taken over under its own class, so that no number stands for two keys', async () => {
    await succeed(home.keystore.makeVault(0, 3, 'local'))
    expect(await succeed(closeBackupGeneration(home))).toEqual({ generation: 4, class: 'backup' })
    expect(await opened()).toEqual([
      { generation: 3, class: 'local' },
      { generation: 4, class: 'backup' },
    ])
  })

  it('numbers are not used again after a generation was retired', async () => {
    await succeed(closeBackupGeneration(home))
    await succeed(
      home.store.append({
        appends: [{ stream: VAULT_KEYS_STREAM, expectedRevision: 1, events: [newEvent(VaultGenerationRetired, { generation: 3 })] }],
      })
    )
    expect((await succeed(currentVaultKey(home, 'backup'))).generation).toBe(1)
    expect(existsSync(keyFile(4))).toBe(false)
    expect((await succeed(closeBackupGeneration(home))).generation).toBe(4)
  })

  it('what is sealed under a key that was replaced meanwhile does not come in', async () => {
    const { unchanged } = await succeed(sealingVault(home, 'backup'))
    await succeed(closeBackupGeneration(home))
    const late = home.store.append({ appends: [unchanged, { stream: DEVICE_STREAM, expectedRevision: 'any', events: [] }] })
    expect(await fail(late)).toMatchObject({ type: 'RevisionConflict', stream: VAULT_KEYS_STREAM })
  })
})
