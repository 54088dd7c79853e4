import { newEvent } from '../event/define-event'
import { succeed } from '../home/testing/temporary-home'
import { deleteLicense } from '../vault/delete-license'
import { VAULT_KEYS_STREAM, VaultGenerationsSuperseded } from '../device/vault-generation-event'
import { rewrapEnvelopes } from '../vault/rewrap-envelopes'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { openVaultGeneration, readVaultGenerations } from '../vault/vault-generations'
import { planBackup, type BackupPlan, type PlanMoment } from './plan-backup'
import { readLicenses } from './read-licenses'
import { BACKUP_RIGHTS, backupScene, type BackupScene } from './testing/backup-scene'

describe('what a set holds of a license that changed after the backup was planned', () => {
  let scene: BackupScene
  let plan: BackupPlan

  const read = async (planned: PlanMoment) => {
    const licenses = [...plan.licenses.pages()].flat()
    return (await readLicenses(scene.home, licenses, planned))[0]
  }
  /** As if nothing that came after the planning could matter. */
  const careless = async (): Promise<PlanMoment> => {
    const { revision } = await succeed(readVaultGenerations(scene.home.store))
    return { position: Infinity, vaultKeys: revision }
  }
  const planned = (): string | undefined => [...plan.licenses.pages()].flat()[0]?.env

  beforeEach(async () => {
    scene = await backupScene()
  })
  afterEach(() => {
    scene.place.remove()
  })

  it('is the envelope of the plan, where nothing changed', async () => {
    const license = await scene.add()
    plan = await planBackup(scene.home)
    expect(await read(plan)).toMatchObject({ doc: license.document, gen: 1, env: planned() })
  })

  it('BR-10: is the new envelope with the new document, where it was stored anew', async () => {
    const license = await scene.add()
    plan = await planBackup(scene.home)
    await succeed(deleteLicense(scene.home)({ issuer: scene.issuer.id, lid: license.lid, force: true }))
    const again = scene.issuer.license({ lid: license.lid, keyId: license.keyId, members: BACKUP_RIGHTS })
    await succeed(storeTestLicense(scene.home)(again))
    const found = await read(plan)
    expect(found).toMatchObject({ doc: again.document })
    expect(found?.env).not.toBe(planned())
    expect((await read(await careless()))?.env).toBe(planned())
  })

  it('is the envelope under the new vault key, where all were wrapped anew', async () => {
    await scene.add()
    plan = await planBackup(scene.home)
    const { generation } = await succeed(openVaultGeneration(scene.home)('backup'))
    await succeed(openVaultGeneration(scene.home)('local'))
    const { state, revision } = await succeed(readVaultGenerations(scene.home.store))
    const upTo = generation - 1
    const superseded = [newEvent(VaultGenerationsSuperseded, { upTo })]
    await succeed(scene.home.store.append({ appends: [{ stream: VAULT_KEYS_STREAM, expectedRevision: revision, events: superseded }] }))
    expect(state.live.length).toBeGreaterThan(0)
    expect(await rewrapEnvelopes(scene.home, upTo)).toBe(1)
    expect(await read(plan)).toMatchObject({ gen: generation })
    expect(await read(await careless())).toMatchObject({ gen: 1 })
  })

  it('is nothing, where it is gone', async () => {
    const license = await scene.add()
    plan = await planBackup(scene.home)
    await succeed(deleteLicense(scene.home)({ issuer: scene.issuer.id, lid: license.lid, force: true }))
    expect(await read(plan)).toBeUndefined()
  })
})
