import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { utf8 } from '../encoding/utf8'
import type { SealBroken } from '../secret/seal-broken'
import { seal, sealTo, unseal, unsealWith } from '../secret/seal'
import { secretFromBytes, wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { sealedVaultHeader } from './backup-manifest'

/** Which vault key of which set it is, and whose; moved to another place it does not open. */
export interface VaultKeyPlace {
  readonly set: string
  readonly gen: number
  readonly mid: string
}

/** What did not open: the seal of the service, or the guard's inside of it. */
export type VaultKeyFault = SealBroken | { readonly type: 'GuardWrong' }

const headerOf = ({ set, gen, mid }: VaultKeyPlace) => sealedVaultHeader(set, gen, mid)

/**
 * Seals a vault key to a License Management Service; with a guard it is sealed under the guard's key first, so that the
 * service alone cannot open it.
 *
 * @param service public key on P-256.
 * @param guard 32 bytes.
 * @source docs/reference/protocols.md, section 3
 */
export const sealVaultKey = async (
  service: KeyObject,
  place: VaultKeyPlace,
  key: Secret,
  guard?: Secret
): Promise<string> => {
  const header = headerOf(place)
  if (guard === undefined) return sealTo(service, header, key)
  const guarded = secretFromBytes(utf8(await seal(guard, header, key)))
  try {
    return await sealTo(service, header, guarded)
  } finally {
    wipeSecret(guarded)
  }
}

/**
 * Opens what {@link sealVaultKey} made.
 *
 * @param own the service's private key.
 * @errors `SealBroken` for another service, place or text, `GuardWrong` for another guard.
 */
export const openVaultKey =
  (own: KeyObject, place: VaultKeyPlace, jwe: string, guard?: Secret): TaskEither<VaultKeyFault, Secret> =>
  async () => {
    const opened = await unsealWith(own, headerOf(place), jwe)()
    if (E.isLeft(opened) || guard === undefined) return opened
    try {
      const inner = withSecretBytes(opened.right, (bytes) => Buffer.from(bytes).toString('latin1'))
      const key = await unseal(guard, headerOf(place), inner)()
      return E.isLeft(key) ? E.left({ type: 'GuardWrong' }) : key
    } finally {
      wipeSecret(opened.right)
    }
  }
