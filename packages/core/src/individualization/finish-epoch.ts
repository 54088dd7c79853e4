import { join } from 'node:path'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { destroyFile, writing } from '../device/durable-file'
import { KEYSTORE, vaultFile } from '../device/keystore-place'
import { destroyOtherEpochs } from '../device/next-epoch'
import { VAULT_KEYS_STREAM, VaultGenerationRetired } from '../device/vault-generation-event'
import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { attempted } from '../fault/to-task-either'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { readVaultGenerations } from '../vault/vault-generations'
import { rewrapEnvelopes } from '../vault/rewrap-envelopes'
import { readIndividualization } from './individualization-decider'
import { takeIndividualizationLock } from './individualization-lock'
import { removeDownloads } from './package-download'

const retire = (home: Home): TE.TaskEither<CoreFault, unknown> =>
  retryConflict(
    pipe(
      readVaultGenerations(home.store),
      TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, unknown> => {
        const events = state.live
          .filter(({ generation }) => generation <= state.superseded)
          .map(({ generation }) => newEvent(VaultGenerationRetired, { generation }))
        return events.length === 0
          ? TE.right([])
          : home.store.append({ appends: [{ stream: VAULT_KEYS_STREAM, expectedRevision: revision, events }] })
      })
    )
  )

/** Numbers above the superseded ones belong to keys in use, or to one that another process is just making. */
const destroyRetired = async (home: Home): Promise<void> => {
  const { state } = await runTask(readVaultGenerations(home.store))
  const { epoch } = await runTask(home.device)
  const folder = join(home.directory, KEYSTORE)
  const live = new Set(state.live.map(({ generation }) => generation))
  for (let generation = 1; generation <= state.superseded; generation++) {
    if (!live.has(generation)) await runTask(writing(folder, () => destroyFile(vaultFile(folder, epoch, generation))))
  }
}

/**
 * What follows the commit point of an individualization, under its lock; whatever was done already is passed over, so that it
 * may be cut off and repeated at any point: envelopes are wrapped anew, then the vault keys before are retired and destroyed,
 * then the keys of all epochs but the one in force. An epoch that an open run is making stays.
 *
 * Rejects with `CoreError`.
 */
export const finishEpoch = async (home: Home): Promise<void> => {
  const { state: keys } = await runTask(readVaultGenerations(home.store))
  if (keys.live.some(({ generation }) => generation <= keys.superseded)) {
    // Until nothing is left: what came in under an old key while its reader looked elsewhere.
    while ((await rewrapEnvelopes(home, keys.superseded)) > 0);
    await runTask(retire(home))
  }
  await destroyRetired(home)
  const { state } = await runTask(readIndividualization(home.store))
  const { epoch } = await runTask(home.device)
  await runTask(destroyOtherEpochs(join(home.directory, KEYSTORE), epoch, state.open?.epoch))
  if (state.open === undefined) await runTask(writing(home.directory, () => removeDownloads(home.directory)))
}

/**
 * Finishes what individualizations that were cut off after their commit point left to do, and removes what those before it
 * left. Each individualization begins and ends so by itself; a program that runs for long may do it in between. A run that
 * can still go on is left as it is.
 *
 * @errors `Individualizing`, those of keystore and store.
 */
export const resumeIndividualization = (home: Home): TE.TaskEither<CoreFault, void> =>
  attempted(async () => {
    const release = await runTask(TE.fromEither(takeIndividualizationLock(home)))
    try {
      await finishEpoch(home)
    } finally {
      release()
    }
  })
