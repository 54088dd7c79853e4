import type { KeyObject } from 'node:crypto'

import { openVaultKey, type BackupManifest } from '@custody/core/backup'
import { thumbprint } from '@custody/core/signed'
import { publicKeyOf } from '@custody/core/certificate'
import { guardHeader } from '@custody/core/restore'
import { secretLength, unsealWith, wipeSecret, type Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { ManagementEnv } from './management-env'
import { takeGuardTry } from './guard-tries'
import { refused, type ManagementFault, type Refused } from './refused'

/** Who asks for the vault keys of a set. */
export interface VaultKeyRequest {
  readonly manifest: BackupManifest
  /** The computer that restores. */
  readonly mid: string
  readonly idem: string
  /** The guard's key, sealed to this service. */
  readonly guard: string | undefined
}

/** Vault keys by generation. */
export type VaultKeys = ReadonlyMap<number, Secret>

type Opened = E.Either<Refused, VaultKeys>

const KEY_LENGTH = 32
const guardWrong: E.Either<Refused, never> = E.left(refused('GuardWrong', 'the guard of this backup is another one'))

const wipeAll = (keys: Iterable<Secret>): void => {
  for (const key of keys) wipeSecret(key)
}

const openAll = async (env: ManagementEnv, manifest: BackupManifest, guard?: Secret): Promise<Opened> => {
  const { set, source } = manifest
  const keys = new Map<number, Secret>()
  for (const { gen, kid, jwe } of manifest.keys) {
    const own = env.authority.sealingKey(kid)
    const opened = own && (await openVaultKey(own, { set, gen, mid: source.mid }, jwe, guard)())
    if (opened !== undefined && E.isRight(opened) && secretLength(opened.right) === KEY_LENGTH && !keys.has(gen)) {
      keys.set(gen, opened.right)
      continue
    }
    wipeAll(keys.values())
    if (opened === undefined) return E.left(refused('ForeignBackup', 'this backup is sealed to a key that this service has not'))
    if (E.isRight(opened)) wipeSecret(opened.right)
    else if (opened.left.type === 'GuardWrong') return guardWrong
    return E.left(refused('SealBroken', 'a vault key of this backup does not open'))
  }
  return E.right(keys)
}

/** The client takes the newest key that it knows; which one that is a seal does not say. */
const sealingKeys = ({ authority }: ManagementEnv, { keys }: BackupManifest): ReadonlyArray<KeyObject> => {
  const current = authority.trust().document.keys.flatMap(({ use, key }) => {
    const known = use === 'management-sealing' ? publicKeyOf(key) : O.none
    return O.isSome(known) ? [thumbprint(known.value)] : []
  })
  const names = new Set([...current, ...keys.map(({ kid }) => kid)])
  return [...names].flatMap((kid) => authority.sealingKey(kid) ?? [])
}

const openGuard = async (env: ManagementEnv, { manifest, mid, guard }: VaultKeyRequest): Promise<Secret | undefined> => {
  if (guard === undefined) return undefined
  for (const own of sealingKeys(env, manifest)) {
    const opened = await unsealWith(own, guardHeader(manifest.set, mid), guard)()
    if (E.isLeft(opened)) continue
    if (secretLength(opened.right) === KEY_LENGTH) return opened.right
    wipeSecret(opened.right)
  }
  return undefined
}

const openGuarded = async (env: ManagementEnv, request: VaultKeyRequest): Promise<E.Either<ManagementFault, VaultKeys>> => {
  const { manifest, mid, idem } = request
  const guard = await openGuard(env, request)
  if (guard === undefined) return guardWrong
  try {
    const taken = await takeGuardTry(env, { source: manifest.source.mid, set: manifest.set }, mid, idem)()
    if (E.isLeft(taken)) return taken
    const keys = await openAll(env, manifest, guard)
    if (E.isLeft(keys)) return keys
    const given = await taken.right()()
    if (E.isRight(given)) return keys
    wipeAll(keys.right.values())
    return given
  } finally {
    wipeSecret(guard)
  }
}

/**
 * Opens the vault keys of a set; the caller wipes them.
 *
 * @errors `ForeignBackup`, `SealBroken`; for a guarded set `GuardWrong`, and `RateLimited` after ten wrong ones on a day.
 */
export const openVaultKeys =
  (env: ManagementEnv, request: VaultKeyRequest): TaskEither<ManagementFault, VaultKeys> =>
  () =>
    request.manifest.guard === undefined ? openAll(env, request.manifest) : openGuarded(env, request)
