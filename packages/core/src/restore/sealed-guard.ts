import * as O from 'fp-ts/Option'

import { homeAuthority } from '../authority/home-authority'
import { serviceKeys } from '../authority/service-key'
import type { BackupManifest } from '../backup/backup-manifest'
import { guardKey } from '../backup/guard'
import { decodeB64u } from '../encoding/b64u'
import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { sealTo } from '../secret/seal'
import { wipeSecret, type Secret } from '../secret/secret'
import { guardHeader } from './restore-messages'

/** What a guard is sealed for. */
export interface GuardDelivery {
  readonly manifest: BackupManifest
  /** The target computer. */
  readonly mid: string
  /** The passphrase; it stays the caller's. */
  readonly passphrase: Secret | undefined
  readonly place: string
}

/**
 * The key of a guarded set, derived from its passphrase and sealed to the service; nothing for a set without a guard. Throws
 * `CoreError` with `BackupGuarded` where a passphrase is needed and none is given.
 */
export const sealedGuard = async (home: Home, { manifest, mid, passphrase, place }: GuardDelivery): Promise<string | undefined> => {
  if (manifest.guard === undefined) return undefined
  if (passphrase === undefined) throw new CoreError({ type: 'BackupGuarded', place })
  const { trust } = await runTask(homeAuthority(home))
  const [newest] = serviceKeys(trust, 'management-sealing', home.clock.now())
  if (newest === undefined) throw new CoreError({ type: 'TrustDocumentInvalid', why: 'no key to seal to' })
  const salt = decodeB64u(manifest.guard)
  const guard = await guardKey(passphrase, O.isSome(salt) ? salt.value : new Uint8Array())
  try {
    return await sealTo(newest.key, guardHeader(manifest.set, mid), guard)
  } finally {
    wipeSecret(guard)
  }
}
