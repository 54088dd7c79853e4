import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import type { SealHeader } from '../secret/jwe-header'
import type { Secret } from '../secret/secret'
import { readDiversifier } from './diversifier'
import type { OwnKey } from './key-pair-file'
import { agreementFile, diversifierFile, signingFile, vaultFile } from './keystore-place'
import { deviceKeyHeader, type VaultClass } from './keystore-seals'
import {
  completeEpoch,
  keepGranted,
  keepPackage,
  pendingPairs,
  type EpochContent,
  type EpochPairs,
  type GrantedEpoch,
  type NextEpoch,
} from './next-epoch'
import { remembered } from './remembered'
import { makeVaultKey, openVaultKey, type EpochOpener, type VaultKey } from './vault-key-file'

/** The keys that belong to an epoch. */
export interface EpochKeys {
  readonly signing: (epoch: number) => TE.TaskEither<KeystoreFault, OwnKey>
  readonly agreement: (epoch: number) => TE.TaskEither<KeystoreFault, OwnKey>
  readonly vault: (epoch: number, generation: number) => TE.TaskEither<KeystoreFault, VaultKey>
  /**
   * Makes the vault key of a generation that has no file in the epoch yet, and opens the one that is there then: the class
   * may be another than asked for where a run that was killed, or one beside this, made the file.
   */
  readonly makeVault: (epoch: number, generation: number, vaultClass: VaultClass) => TE.TaskEither<KeystoreFault, VaultKey>
  /** What is done to the epoch after the present one while it is put together; nothing of it counts before the log says so. */
  readonly next: (epoch: number) => {
    readonly pairs: TE.TaskEither<KeystoreFault, EpochPairs>
    readonly keep: (granted: GrantedEpoch) => TE.TaskEither<KeystoreFault, void>
    /** @param downloaded file of the package, which is moved. */
    readonly keepPackage: (downloaded: string) => TE.TaskEither<KeystoreFault, void>
    readonly complete: (content: EpochContent) => TE.TaskEither<KeystoreFault, void>
  }
}

/** Opens the file of a key pair under the subkey of a purpose, once. */
export type OpenPair = (
  place: string,
  headerFor: (kid: string) => SealHeader,
  ...purpose: ReadonlyArray<string>
) => TE.TaskEither<KeystoreFault, OwnKey>

/** What the keys of epochs are opened with. */
export interface EpochKeysEnv {
  /** Folder of the key files. */
  readonly folder: string
  readonly homeId: string
  readonly random: Random
  readonly master: TE.TaskEither<KeystoreFault, Secret>
  /** Has a secret wiped when the keystore is closed. */
  readonly keep: (secret: Secret) => void
  readonly pair: OpenPair
}

type Task<A> = TE.TaskEither<KeystoreFault, A>

const nextOf =
  ({ folder, homeId, random, master }: EpochKeysEnv): EpochKeys['next'] =>
  (epoch) => {
    const within = <A>(work: (next: NextEpoch) => Task<A>): Task<A> =>
      pipe(
        master,
        TE.flatMap((secret) => work({ folder, homeId, random, epoch, master: secret }))
      )
    return {
      pairs: within(pendingPairs),
      keep: (granted) => within((next) => keepGranted(next, granted)),
      keepPackage: (downloaded) => within((next) => keepPackage(next, downloaded)),
      complete: (content) => within((next) => completeEpoch(next, content)),
    }
  }

/** The keys of all epochs of a home; each file is opened at its first use. */
export const epochKeys = (env: EpochKeysEnv): EpochKeys => {
  const { folder, homeId, random, keep, pair } = env
  const vaults = remembered<VaultKey>()
  const diversifiers = remembered<Secret | undefined>()
  const devicePair = (kind: 'signing' | 'agreement', epoch: number, place: string): Task<OwnKey> =>
    pair(place, (kid) => deviceKeyHeader(kind, homeId, epoch, kid), 'device', String(epoch), kind)
  const agreement = (epoch: number): Task<OwnKey> => devicePair('agreement', epoch, agreementFile(folder, epoch))
  const diversifier = (epoch: number, own: OwnKey): Task<Secret | undefined> => {
    const place = diversifierFile(folder, epoch)
    const read = readDiversifier(place, epoch, own.key)
    return diversifiers(place, pipe(read, TE.tapIO((secret) => () => (secret === undefined ? undefined : keep(secret)))))
  }
  const opener = (epoch: number): Task<EpochOpener> =>
    pipe(
      agreement(epoch),
      TE.flatMap((own) =>
        pipe(
          diversifier(epoch, own),
          TE.map((secret) => ({ agreement: own.key, diversifier: secret }))
        )
      )
    )
  const vault: EpochKeys['vault'] = (epoch, generation) =>
    vaults(
      vaultFile(folder, epoch, generation),
      pipe(
        opener(epoch),
        TE.flatMap((opening) => openVaultKey({ folder, homeId, epoch, generation }, opening)),
        TE.tapIO(({ key }) => () => keep(key))
      )
    )
  return {
    signing: (epoch) => devicePair('signing', epoch, signingFile(folder, epoch)),
    agreement,
    vault,
    makeVault: (epoch, generation, vaultClass) =>
      pipe(
        opener(epoch),
        TE.flatMap((opening) => makeVaultKey({ folder, homeId, epoch, generation, random }, opening, vaultClass)),
        TE.flatMap(() => vault(epoch, generation))
      ),
    next: nextOf(env),
  }
}
