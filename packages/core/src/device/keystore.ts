import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import { wipeSecret, type Secret } from '../secret/secret'
import { epochKeys, type EpochKeys, type OpenPair } from './epoch-keys'
import { openKeyPair, type OwnKey } from './key-pair-file'
import { issuerFile, logFile } from './keystore-place'
import { homeKeyHeader, subkey } from './keystore-seals'
import { bindingOf, type MachineBinding } from './machine-binding'
import { openMaster, readBinding, rebindMaster, type BindingChange, type MasterPlace } from './master-key'
import { once } from './once'
import { remembered } from './remembered'
import { openScopeKey } from './scope-key'

/** The home's sealed keys. Each file is opened at its first use and stays open until `close`. */
export interface Keystore extends EpochKeys {
  readonly log: () => TE.TaskEither<KeystoreFault, OwnKey>
  readonly issuer: () => TE.TaskEither<KeystoreFault, OwnKey>
  /** The key by which one authority, named by its root's thumbprint, knows this home; made at first contact. */
  readonly scope: (authority: string) => TE.TaskEither<KeystoreFault, OwnKey>
  /** The key that the keys of personal data are wrapped under. It stays the keystore's to wipe. */
  readonly shred: () => TE.TaskEither<KeystoreFault, Secret>
  /** The factors that the home states; opens nothing. */
  readonly binding: () => TE.TaskEither<KeystoreFault, MachineBinding>
  /** Binds the home by other factors, once it opens by those that it has. Old or new ones are in force at every moment. */
  readonly rebind: (change: BindingChange) => TE.TaskEither<KeystoreFault, void>
  /** Wipes the secrets that are open; private keys are the engine's and go with the keystore itself. */
  readonly close: () => void
}

/** What a keystore is opened with. */
export interface KeystoreOptions extends MasterPlace {
  /** Must succeed before any key opens: the check for copied homes. */
  readonly guard: TE.TaskEither<KeystoreFault, void>
}

const SHRED = 'shred'

/** Wipes a secret that one task needs, however the task ends. */
const wipedAfter = <A>(secret: Secret, task: TE.TaskEither<KeystoreFault, A>): TE.TaskEither<KeystoreFault, A> =>
  async () => {
    try {
      return await task()
    } finally {
      wipeSecret(secret)
    }
  }

/**
 * The keystore of a home. Making it opens nothing.
 *
 * @errors of its members: `BindingMismatch` on another machine, `PassphraseWrong`, `PassphraseMissing`,
 * `FactorUnavailable`, `HomeCopied` from the guard, `KeystoreMissing`,
 * `KeystoreDamaged` with the place of the file.
 */
export const keystoreOf = (options: KeystoreOptions): Keystore => {
  const { folder, homeId, guard, ports } = options
  const { random } = ports
  const secrets: Secret[] = []
  const keep = (secret: Secret): void => void secrets.push(secret)
  const master = once(
    pipe(
      guard,
      TE.flatMap(() => openMaster(options)),
      TE.tapIO((secret) => () => keep(secret))
    )
  )
  const pairs = remembered<OwnKey>()
  const pair: OpenPair = (place, headerFor, ...purpose) =>
    pairs(
      place,
      pipe(
        master,
        TE.flatMap((secret) => {
          const key = subkey(secret, ...purpose)
          return wipedAfter(key, openKeyPair(place, key, headerFor))
        })
      )
    )
  const homePair = (kind: 'log' | 'issuer', place: string) =>
    pair(place, (kid) => homeKeyHeader(kind, homeId, kid), kind)
  const shred = once(
    pipe(
      master,
      TE.map((secret) => subkey(secret, SHRED)),
      TE.tapIO((key) => () => keep(key))
    )
  )
  return {
    log: () => homePair('log', logFile(folder)),
    issuer: () => homePair('issuer', issuerFile(folder)),
    scope: (authority) =>
      pipe(
        master,
        TE.flatMap((secret) => openScopeKey({ folder, homeId, authority, random }, secret))
      ),
    ...epochKeys({ folder, homeId, random, master, keep, pair }),
    shred: () => shred,
    binding: () =>
      pipe(
        readBinding(options),
        TE.map((stated) => bindingOf(ports, stated))
      ),
    rebind: (change) =>
      pipe(
        master,
        TE.flatMap((secret) => rebindMaster(options, secret, change))
      ),
    close: () => secrets.splice(0).forEach(wipeSecret),
  }
}
