import { fail, succeed, temporaryPlace } from '../home/testing/temporary-home'
import { protectLicense } from '../home/protect-license'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import { connectPipeline } from '../pipeline-connection/connect-pipeline'
import { authorizeExport } from '../transfer/authorize-export'
import { openVaultGeneration, vaultGenerations } from '../vault/vault-generations'
import { farSide } from './testing/far-side'
import { individualized, withAppend } from './testing/individualized-home'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId

it('P-10, IN-25, IN-26: grants of the epoch before are stale once another process individualized; the home shows the new one', async () => {
  const place = temporaryPlace()
  const [home, other] = [await place.open(), await place.open()]
  await succeed(protectLicense(home)({ keyId: KEY_ID, conditions: { rights: [{ action: 'Copy' }], inclusion: [SYSTEM] } }))
  const granted = async () => {
    const source = { digest: 'A'.repeat(43) }
    const request = { keyId: KEY_ID, system: SYSTEM, action: 'Copy', source, registered: [SYSTEM], targetKeys: [{ scheme: 'cenc' }] } as const
    const decision = await succeed(authorizeExport(home)(request))
    if (decision.type !== 'Granted') throw new Error('refused')
    return decision.grant
  }
  const redeemer = connectPipeline()
  const running = await succeed(redeemer.open(await granted()))
  const waiting = await granted()
  await individualized(other, farSide(place.clock))
  expect(await fail(running.stillValid())).toEqual({ type: 'HandleStale' })
  expect(await fail(redeemer.open(waiting))).toEqual({ type: 'HandleStale' })
  expect(await succeed(home.device)).toEqual({ epoch: 1, securityVersion: '2.9.0.1' })
  await succeed((await succeed(redeemer.open(await granted()))).close('finished'))
  place.remove()
})

it('§5.3: a vault key that comes while the epoch is put together is carried over', async () => {
  const place = temporaryPlace()
  const [home, other] = [await place.open(), await place.open()]
  const far = farSide(place.clock)
  let opened = false
  const append: typeof home.store.append = (request) => async () => {
    const commits = request.appends.some(({ events }) => events.some(({ type }) => type === 'DeviceEpochInstalled'))
    if (commits && !opened) {
      opened = true
      await succeed(openVaultGeneration(other)('local'))
    }
    return home.store.append(request)()
  }
  await individualized(withAppend(home, append), far)
  expect(opened).toBe(true)
  expect(await succeed(home.device)).toMatchObject({ epoch: 1 })
  expect(await succeed(vaultGenerations(home))).toEqual([
    { generation: 4, class: 'backup' },
    { generation: 5, class: 'local' },
  ])
  for (const generation of [4, 5]) expect((await succeed(other.keystore.vault(1, generation))).generation).toBe(generation)
  place.remove()
})
