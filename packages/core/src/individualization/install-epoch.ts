import { newEvent } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import { streamRevision } from '../home/stream-revision'
import { DEVICE_STREAM, DeviceEpochInstalled } from '../device/device-event'
import { VAULT_KEYS_STREAM, VaultGenerationOpened, VaultGenerationsSuperseded } from '../device/vault-generation-event'
import type { VaultKey } from '../device/vault-key-file'
import { readVaultGenerations } from '../vault/vault-generations'
import { IndividualizationSucceeded } from './individualization-event'
import type { IndividualizationRun } from './individualization-run'
import type { IssuedCredential } from './issued-credential'

const SUCCEEDED = 0x02
/** Each conflict means that another process opened a vault generation; so many in a row show a bug. */
const MOST_ATTEMPTS = 100

const attempt = async (run: IndividualizationRun, { securityVersion }: IssuedCredential): Promise<void> => {
  const { home, operation, epoch } = run
  const { store, keystore } = home
  const deviceRevision = await runTask(streamRevision(store, DEVICE_STREAM))
  const present = await runTask(home.device)
  const { state, revision } = await runTask(readVaultGenerations(store))
  if (present.epoch !== epoch - 1) throw new CoreError({ type: 'InstallIncomplete', why: `the epoch in force is ${present.epoch}` })
  const vaults: VaultKey[] = []
  for (const { generation } of state.live) vaults.push(await runTask(keystore.vault(present.epoch, generation)))
  const fresh = [
    { generation: state.highest + 1, class: 'backup' },
    { generation: state.highest + 2, class: 'local' },
  ] as const
  await runTask(keystore.next(epoch).complete({ vaults, fresh }))
  run.checkCancelled()
  const opened = fresh.map((generation) => newEvent(VaultGenerationOpened, generation))
  const succeeded = { operation, epoch, securityVersion, status: run.status({ status: SUCCEEDED }) }
  await run.append(
    [newEvent(IndividualizationSucceeded, succeeded)],
    [
      { stream: DEVICE_STREAM, expectedRevision: deviceRevision, events: [newEvent(DeviceEpochInstalled, { epoch, securityVersion })] },
      {
        stream: VAULT_KEYS_STREAM,
        expectedRevision: revision,
        events: [...opened, newEvent(VaultGenerationsSuperseded, { upTo: state.highest })],
      },
    ]
  )
}

const isOthers = (error: unknown): boolean =>
  error instanceof CoreError && error.fault.type === 'RevisionConflict' && error.fault.stream === VAULT_KEYS_STREAM

/**
 * Makes the new epoch whole on the disk, then the one in force by one append: with it new licenses go under new vault keys.
 * A vault key that came meanwhile makes it begin anew. Rejects with `CoreError`, or with `RunCancelled` before the append.
 *
 * @source docs/reference/protocols.md, section 5.3
 */
export const installEpoch = async (run: IndividualizationRun, credential: IssuedCredential): Promise<void> => {
  for (let attempts = 1; ; attempts++) {
    try {
      await attempt(run, credential)
      return
    } catch (error) {
      if (!isOthers(error) || attempts >= MOST_ATTEMPTS) throw error
    }
  }
}
