import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { bufferCount, concatMap, filter, lastValueFrom, reduce } from 'rxjs'

import type { VaultClass } from '../device/keystore-seals'
import type { CoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { inEpoch } from '../home/in-epoch'
import { retryConflict } from '../home/retry-conflict'
import { KeyId } from '../identity/key-id'
import { wipeSecret } from '../secret/secret'
import type { StateChange, StreamAppend } from '../store/event-store'
import { licenseOwner } from './content-key'
import { envelopeGeneration, openEnvelope, sealEnvelope, type EnvelopeOwner } from './key-envelope'
import { licenseStream } from './license-event'
import { licenseOfRow } from './license-name'
import { storedLicense } from './stored-licenses'
import { sealingVault, type SealingVault } from './vault-generations'

/** Envelopes that are wrapped anew in one transaction. */
const RUN = 1000
const LICENSE = 'license/'
const TARGET = /^target\/([^/]+)\/([^/]+)$/

/** An envelope's owner, and what has to be unchanged for it to be still the owner's. */
interface OwnedEnvelope {
  readonly owner: EnvelopeOwner
  readonly unchanged: ReadonlyArray<StreamAppend>
}

/** Nothing for an envelope whose license is gone: it must not come back. */
const ownerOf = (home: Home, key: string): TE.TaskEither<CoreFault, OwnedEnvelope | undefined> => {
  const [, keyId = '', useId = ''] = TARGET.exec(key) ?? []
  if (KeyId.is(keyId)) return TE.right({ owner: { type: 'target', keyId, useId }, unchanged: [] })
  const name = key.startsWith(LICENSE) ? licenseOfRow(key.slice(LICENSE.length)) : undefined
  if (name === undefined) return TE.right(undefined)
  return pipe(
    storedLicense(home)(name),
    TE.map((license) =>
      license && {
        owner: licenseOwner(license),
        unchanged: [{ stream: licenseStream(license.issuer, license.lid), expectedRevision: license.revision, events: [] }],
      }
    )
  )
}

/** A change of one envelope with its conditions. */
interface Rewrapped {
  readonly state: StateChange
  readonly unchanged: ReadonlyArray<StreamAppend>
}

type Vaults = Readonly<Record<VaultClass, SealingVault>>

const rewrapped = async (home: Home, key: string, upTo: number, vaults: Vaults): Promise<Rewrapped | undefined> => {
  const owned = await runTask(ownerOf(home, key))
  // After the license: whatever changes both is a conflict then.
  const envelope = await runTask(home.store.state('key-envelope', key))
  const generation = envelope && envelopeGeneration(envelope)
  if (owned === undefined || envelope === undefined || generation === undefined || generation > upTo) return undefined
  const before = await runTask(inEpoch(home, (epoch) => home.keystore.vault(epoch, generation)))
  const block = openEnvelope(before, owned.owner, envelope)
  // A damaged envelope would not open later either.
  if (E.isLeft(block)) return undefined
  const value = sealEnvelope(vaults[before.class].vault, owned.owner, block.right)
  wipeSecret(block.right.key)
  wipeSecret(block.right.blind)
  return { state: { space: 'key-envelope', key, value }, unchanged: owned.unchanged }
}

const rewrapRun = (home: Home, keys: ReadonlyArray<string>, upTo: number): TE.TaskEither<CoreFault, number> =>
  retryConflict(
    pipe(
      TE.Do,
      TE.bind('backup', () => sealingVault(home, 'backup')),
      TE.bind('local', () => sealingVault(home, 'local')),
      TE.flatMap((vaults) =>
        pipe(
          TE.fromTask(async () => {
            const changes: Rewrapped[] = []
            for (const key of keys) {
              const change = await rewrapped(home, key, upTo, vaults)
              if (change !== undefined) changes.push(change)
            }
            return changes
          }),
          TE.tap((changes): TE.TaskEither<CoreFault, unknown> => {
            if (changes.length === 0) return TE.right(undefined)
            const appends = [vaults.backup.unchanged, ...changes.flatMap(({ unchanged }) => unchanged)]
            return home.store.append({ appends, state: changes.map(({ state }) => state) })
          }),
          TE.map((changes) => changes.length)
        )
      )
    )
  )

/**
 * Wraps every envelope under a vault key up to a number anew, under the newest key of its class: 1,000 at a time, each time
 * in one transaction that changes no license which was deleted or stored anew meanwhile. Envelopes that do not open stay as
 * they are.
 *
 * @returns how many were wrapped. Rejects with `CoreError`.
 */
export const rewrapEnvelopes = (home: Home, upTo: number): Promise<number> =>
  lastValueFrom(
    home.log.stateRows('key-envelope').pipe(
      filter(({ value }) => (envelopeGeneration(value) ?? upTo + 1) <= upTo),
      bufferCount(RUN),
      concatMap((rows) => runTask(rewrapRun(home, rows.map(({ key }) => key), upTo))),
      reduce((sum, count) => sum + count, 0)
    )
  )
