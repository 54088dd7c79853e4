import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { AcceptedLicense } from '../license/accepted-license'
import { keepsCommitment } from '../license/commitment'
import type { VaultClass } from '../device/keystore-seals'
import { currentVaultKey, licenseOwner } from './content-key'
import type { KeyBlock } from '../license/key-block'
import { envelopeKey, sealEnvelope } from './key-envelope'
import { LicenseStored, licenseStream } from './license-event'

const DEFAULT_PRIORITY = 0

const classOf = ({ document }: AcceptedLicense): VaultClass =>
  document.rights.some(({ action }) => action === 'Backup') ? 'backup' : 'local'

const appendLicense = (
  { store }: Home,
  license: AcceptedLicense,
  envelope: Uint8Array
): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
  const { issuer, lid, keyId, jws, docDigest, document } = license
  const event = newEvent(LicenseStored, {
    issuer,
    lid,
    keyId,
    document: jws,
    docDigest,
    priority: document.priority ?? DEFAULT_PRIORITY,
  })
  return store.append({
    appends: [{ stream: licenseStream(issuer, lid), expectedRevision: 0, events: [event] }],
    state: [{ space: 'key-envelope', key: envelopeKey(licenseOwner(license)), value: envelope }],
  })
}

/**
 * Puts an accepted license and its content key into the vault, both or neither. The secrets stay the caller's.
 *
 * @errors `KeyMismatch` when the key is not the one that the document commits to; `RevisionConflict` when the vault holds
 * a license of this issuer and id; those of keystore and store.
 */
export const storeLicense =
  (home: Home) =>
  (license: AcceptedLicense, content: KeyBlock): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    keepsCommitment(license.document.commit, license.keyId, content.key, content.blind)
      ? pipe(
          currentVaultKey(home, classOf(license)),
          TE.flatMap((vault) => appendLicense(home, license, sealEnvelope(vault, licenseOwner(license), content)))
        )
      : TE.left({ type: 'KeyMismatch' })
