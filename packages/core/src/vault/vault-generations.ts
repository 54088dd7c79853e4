import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { DEVICE_STREAM } from '../device/device-event'
import type { VaultClass } from '../device/keystore-seals'
import { evolve, initial, newestOf, type VaultGeneration } from '../device/vault-generation-decider'
import { VAULT_KEYS_EVENTS, VAULT_KEYS_STREAM, VaultGenerationOpened } from '../device/vault-generation-event'
import type { VaultKey } from '../device/vault-key-file'
import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { inEpoch } from '../home/in-epoch'
import { rememberedFold } from '../home/remembered-fold'
import { retryConflict } from '../home/retry-conflict'
import { streamRevision } from '../home/stream-revision'
import type { StreamAppend } from '../store/event-store'

/** The vault keys of a home and the revision of their stream. */
export const readVaultGenerations = rememberedFold(VAULT_KEYS_STREAM, { definitions: VAULT_KEYS_EVENTS, initial, evolve })

/** The generations that envelopes may lie under, in order of opening. @errors those of the store. */
export const vaultGenerations = ({ store }: Home): TE.TaskEither<CoreFault, ReadonlyArray<VaultGeneration>> =>
  pipe(
    readVaultGenerations(store),
    TE.map(({ state }) => state.live)
  )

/** The vault key that new envelopes of a class go under, and what an append that stores one has to find unchanged. */
export interface SealingVault {
  readonly vault: VaultKey
  /** Without it an envelope could come in under a key whose last envelope was just wrapped anew. */
  readonly unchanged: StreamAppend
}

const broken = (what: string): CoreFault => ({ type: 'EnvelopeDamaged', lid: what })

/** The vault key for new envelopes of a class. @errors those of keystore and store. */
export const sealingVault = (home: Home, vaultClass: VaultClass): TE.TaskEither<CoreFault, SealingVault> =>
  pipe(
    readVaultGenerations(home.store),
    TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, SealingVault> => {
      const newest = newestOf(state, vaultClass)
      if (newest === undefined) return TE.left(broken(`no vault generation of class ${vaultClass}`))
      return pipe(
        inEpoch(home, (epoch) => home.keystore.vault(epoch, newest.generation)),
        TE.filterOrElse(
          (vault) => vault.class === vaultClass,
          ({ generation }) => broken(`vault generation ${generation}`)
        ),
        TE.map((vault) => ({ vault, unchanged: { stream: VAULT_KEYS_STREAM, expectedRevision: revision, events: [] } }))
      )
    })
  )

/** The key for the next number, whoever made its file, recorded by whoever is first. */
const openNext = (home: Home, vaultClass: VaultClass): TE.TaskEither<CoreFault, VaultGeneration> =>
  pipe(
    TE.Do,
    TE.bind('deviceRevision', () => streamRevision(home.store, DEVICE_STREAM)),
    TE.bind('device', () => home.device),
    TE.bind('keys', () => readVaultGenerations(home.store)),
    TE.bind('made', ({ device, keys }): TE.TaskEither<CoreFault, VaultKey> =>
      home.keystore.makeVault(device.epoch, keys.state.highest + 1, vaultClass)
    ),
    TE.flatMap(({ deviceRevision, keys, made }) => {
      const opened = { generation: made.generation, class: made.class }
      return pipe(
        home.store.append({
          appends: [
            { stream: VAULT_KEYS_STREAM, expectedRevision: keys.revision, events: [newEvent(VaultGenerationOpened, opened)] },
            // In an epoch that began meanwhile the key would have no file.
            { stream: DEVICE_STREAM, expectedRevision: deviceRevision, events: [] },
          ],
        }),
        TE.map(() => opened)
      )
    })
  )

/**
 * Makes the next vault key of a class, durable in the present epoch before the log names it. A file that a killed run left
 * under the next number is taken over, whatever its class, and the wanted one follows it.
 *
 * @errors those of keystore and store.
 */
export const openVaultGeneration =
  (home: Home) =>
  (vaultClass: VaultClass): TE.TaskEither<CoreFault, VaultGeneration> =>
    pipe(
      retryConflict(openNext(home, vaultClass)),
      TE.flatMap((opened) => (opened.class === vaultClass ? TE.right(opened) : openVaultGeneration(home)(vaultClass)))
    )

/**
 * Ends the generation that a backup took along: licenses that come later go under a new key, which that backup's service
 * never got.
 *
 * @returns the generation that is open now.
 * @errors those of keystore and store.
 */
export const closeBackupGeneration = (home: Home): TE.TaskEither<CoreFault, VaultGeneration> => openVaultGeneration(home)('backup')
