import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import { forgetContinuity } from '../authority/continuity'
import { replaceKeystore } from '../device/create-keystore'
import { DEVICE_STREAM, DeviceEpochInstalled } from '../device/device-event'
import { replaceFile, writing } from '../device/durable-file'
import { readKeyHeader } from '../device/key-file'
import { KEYSTORE, logFile } from '../device/keystore-place'
import { bindingOf, type MachineBinding } from '../device/machine-binding'
import { readBinding } from '../device/master-key'
import { MACHINE_FILE_ALONE } from '../device/stated-binding'
import type { VaultGeneration, VaultGenerations } from '../device/vault-generation-decider'
import { VAULT_KEYS_STREAM, VaultGenerationOpened, VaultGenerationRetired } from '../device/vault-generation-event'
import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import { orThrow, runTask } from '../fault/run-task'
import { attempted } from '../fault/to-task-either'
import { takeIndividualizationLock } from '../individualization/individualization-lock'
import { wipeSecret } from '../secret/secret'
import type { EventStore } from '../store/event-store'
import { readVaultGenerations } from '../vault/vault-generations'
import type { Home } from './home'
import { configFile, configText, readConfig, type HomeConfig } from './home-config'
import { HOME_STREAM, HomeRenewed } from './home-event'
import type { HomeOptions, HomeStore } from './home-options'
import { firstSecurityVersion } from './make-home'
import { deviceOf, openHome, openHomeStore } from './open-home'
import { streamRevision } from './stream-revision'

/** What a renewal begins from and ends with. */
interface Renewing {
  readonly options: HomeOptions
  readonly config: HomeConfig
  readonly homeId: string
  readonly epoch: number
  readonly fresh: ReadonlyArray<VaultGeneration>
}

const freshAfter = ({ highest }: VaultGenerations): ReadonlyArray<VaultGeneration> => [
  { generation: highest + 1, class: 'backup' },
  { generation: highest + 2, class: 'local' },
]

/** By the factors that the home was bound by, as far as its keystore still says so and this system has them. */
const bindingBefore = async (options: HomeOptions, { homeId }: HomeConfig): Promise<MachineBinding> => {
  const read = await readBinding({ folder: join(options.directory, KEYSTORE), homeId, ports: options })()
  const stated = E.isRight(read) ? read.right : MACHINE_FILE_ALONE
  const installation = stated.kinds.includes('os-installation')
    ? await bindingOf(options, stated).factor('os-installation', homeId)()
    : undefined
  if (installation === undefined) return bindingOf(options, stated)
  if (E.isRight(installation)) wipeSecret(installation.right)
  const kinds = stated.kinds.filter((kind) => kind !== 'os-installation' || E.isRight(installation))
  return bindingOf(options, { ...stated, kinds })
}

/** Each step leaves a home that can be renewed again: its keys do not open before the log says what they are. */
const makeKeys = async ({ options, config, homeId, epoch, fresh }: Renewing): Promise<string> => {
  const { directory, random } = options
  const binding = await bindingBefore(options, config)
  const securityVersion = firstSecurityVersion()
  await runTask(replaceKeystore({ directory, homeId, binding, random, securityVersion, epoch, generations: fresh }))
  const { header } = await runTask(readKeyHeader(logFile(join(directory, KEYSTORE))))
  await runTask(writing(directory, () => replaceFile(configFile(directory), configText(homeId, config.log), random)))
  return String(header['kid'])
}

const recorded = async (store: EventStore, { homeId, epoch, fresh }: Renewing, logKey: string): Promise<void> => {
  const { state, revision } = await runTask(readVaultGenerations(store))
  const installed = newEvent(DeviceEpochInstalled, { epoch, securityVersion: firstSecurityVersion() })
  const keys = [
    ...fresh.map((generation) => newEvent(VaultGenerationOpened, generation)),
    ...state.live.map(({ generation }) => newEvent(VaultGenerationRetired, { generation })),
  ]
  const deviceRevision = await runTask(streamRevision(store, DEVICE_STREAM))
  await runTask(
    store.append({
      appends: [
        { stream: HOME_STREAM, expectedRevision: 'any', events: [newEvent(HomeRenewed, { homeId, logKey, epoch })] },
        { stream: DEVICE_STREAM, expectedRevision: deviceRevision, events: [installed] },
        { stream: VAULT_KEYS_STREAM, expectedRevision: revision, events: keys },
        // It would tell an authority which computer this was.
        forgetContinuity,
      ],
    })
  )
}

const renewedIn = async (options: HomeOptions, config: HomeConfig, store: HomeStore): Promise<void> => {
  const { clock, random } = options
  const { epoch } = await runTask(deviceOf(store))
  const { state } = await runTask(readVaultGenerations(store))
  const renewing = { options, config, homeId: uuidV7(clock, random), epoch: epoch + 1, fresh: freshAfter(state) }
  const logKey = await makeKeys(renewing)
  await recorded(store, renewing, logKey)
}

/**
 * Gives a home whose keys do not open here new ones of its own: master key, log key, issuer key, identities towards authorities,
 * and an epoch of its own making. It is another computer from then on (BR-29), to be individualized anew; its log goes on, and
 * licenses whose envelopes lie under the lost keys answer `EnvelopeDamaged` until they are restored. The keystore before stays
 * beside it as `keystore.unreadable-<n>`, for whoever finds the machine secret or the place that it belongs to.
 *
 * Nobody may have the home open. What was cut off may be repeated.
 *
 * @returns the home, open.
 * @errors `KeystoreMissing` for a folder that is no home, `KeystoreDamaged` for a configuration that is none, `Individualizing`,
 * `HomeUnwritable`, those of the store.
 * @source docs/reference/protocols.md, section 1
 */
export const renewHome = (options: HomeOptions): TE.TaskEither<CoreFault, Home> =>
  attempted(async () => {
    const { directory } = options
    const config = await runTask(readConfig(directory))
    if (config === undefined) throw new CoreError({ type: 'KeystoreMissing', place: configFile(directory) })
    const release = orThrow(takeIndividualizationLock({ directory }))
    try {
      const store = await runTask(openHomeStore(options, config))
      try {
        await renewedIn(options, config, store)
      } finally {
        store.close()
      }
    } finally {
      release()
    }
    return runTask(openHome(options))
  })
