import type { KeyObject } from 'node:crypto'

import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { BACKUP_VERSION, BackupManifest, MANIFEST_TYP, MAX_MANIFEST } from './backup-manifest'

/**
 * Signs a manifest with the key of the device that made the set. Throws for a draft that no manifest can say.
 *
 * @param key private key on P-256.
 */
export const signManifest = (key: KeyObject, draft: Omit<BackupManifest, 'v'>): string => {
  const manifest: unknown = { ...draft, v: BACKUP_VERSION }
  if (!BackupManifest.is(manifest)) throw new TypeError('this draft is no manifest')
  const jws = signDocument(key, { typ: MANIFEST_TYP, kid: thumbprint(key) }, manifest)
  if (jws.length > MAX_MANIFEST) throw new RangeError('a manifest has at most 4 MiB')
  return jws
}
