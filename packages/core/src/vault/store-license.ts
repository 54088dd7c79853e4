import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { VaultClass } from '../device/keystore-seals'
import type { VaultKey } from '../device/vault-key-file'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault, LicenseFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { badInput } from '../identity/bad-input'
import type { AcceptedLicense } from '../license/accepted-license'
import { keepsCommitment } from '../license/commitment'
import type { KeyBlock } from '../license/key-block'
import type { ModelExpectation, StateChange, StreamAppend } from '../store/event-store'
import { checkLeaf } from './check-leaf'
import { licenseOwner } from './content-key'
import { decide } from './holding-decider'
import { envelopeKey, sealEnvelope } from './key-envelope'
import { licenseStream } from './license-event'
import { readHolding } from './read-holding'
import { sealingVault } from './vault-generations'

/** What a license comes into the vault with. Whoever gives it decides anew after a conflict. */
export interface StoreLicenseOptions {
  /** Stored in the same append: the certificates of its issuer. */
  readonly appends?: ReadonlyArray<StreamAppend>
  /** Must still hold when it is stored. */
  readonly expects?: ReadonlyArray<ModelExpectation>
}

/** The class of vault key that a license goes under: what is temporary is never backed up (LI-39, decision). */
export const vaultClassOf = ({ document: { persist, rights } }: AcceptedLicense): VaultClass =>
  persist === 'permanent' && rights.some(({ action }) => action === 'Backup') ? 'backup' : 'local'

/** The envelope of a license's content key, as it is stored with the license. */
export const licenseEnvelope = (vault: VaultKey, license: AcceptedLicense, content: KeyBlock): StateChange => {
  const owner = licenseOwner(license)
  return { space: 'key-envelope', key: envelopeKey(owner), value: sealEnvelope(vault, owner, content) }
}

/** Whether the content key is the one that the document commits to (P6). */
export const checkContent = (
  { document, keyId }: AcceptedLicense,
  { key, blind }: KeyBlock
): E.Either<LicenseFault, void> =>
  keepsCommitment(document.commit, keyId, key, blind) ? E.right(undefined) : E.left({ type: 'KeyMismatch' })

const isLeaf = ({ document }: AcceptedLicense): boolean => document.chain?.role === 'leaf'

/** The envelope that comes with a license, and what has to be unchanged when it is stored; both empty for a leaf. */
interface NewEnvelope {
  readonly state: ReadonlyArray<StateChange>
  readonly unchanged: ReadonlyArray<StreamAppend>
}

const attempt = (
  { store }: Home,
  license: AcceptedLicense,
  { state, unchanged }: NewEnvelope,
  { appends = [], expects = [] }: StoreLicenseOptions
): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
  const { issuer, lid } = license
  return pipe(
    readHolding(store, license),
    TE.flatMap(({ state: holding, revision }) =>
      pipe(
        TE.fromEither(decide(holding, license, { type: 'StoreLicense', license })),
        TE.mapLeft((fault): CoreFault => fault),
        TE.flatMap((events): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
          if (events.length === 0) return TE.right([])
          const own = { stream: licenseStream(issuer, lid), expectedRevision: revision, events }
          return store.append({ appends: [own, ...appends, ...unchanged], state, expects })
        })
      )
    )
  )
}

const envelopeFor = (
  home: Home,
  license: AcceptedLicense,
  content: KeyBlock | undefined
): TE.TaskEither<CoreFault, NewEnvelope> => {
  if (content === undefined) {
    return isLeaf(license)
      ? TE.right({ state: [], unchanged: [] })
      : TE.left(badInput('license', 'the content key of a license that is no leaf', 'none'))
  }
  return pipe(
    TE.fromEither(checkContent(license, content)),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(() => sealingVault(home, vaultClassOf(license))),
    TE.map(({ vault, unchanged }) => ({ state: [licenseEnvelope(vault, license, content)], unchanged: [unchanged] }))
  )
}

/**
 * Puts an accepted license and its content key into the vault, both or neither. The secrets stay the caller's. A repeat
 * of the same document stores nothing and answers without events; a license that was deleted comes back with its counts.
 *
 * @param content nothing for a leaf of a chain, whose document carries its key.
 * @errors `KeyMismatch` when the key is not the one that the document commits to; `ChainTooLong`; `LicenseExists` when the
 * vault holds another document of this issuer and id; `LicenseRevoked`; those of keystore and store.
 */
export const storeLicense =
  (home: Home) =>
  (
    license: AcceptedLicense,
    content?: KeyBlock,
    options?: StoreLicenseOptions
  ): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
    const once = pipe(
      TE.Do,
      TE.bind('envelope', () => envelopeFor(home, license, isLeaf(license) ? undefined : content)),
      TE.bind('chain', () => checkLeaf(home, license)),
      TE.flatMap(({ envelope, chain }) =>
        attempt(home, license, envelope, { ...options, expects: [...(options?.expects ?? []), ...chain] })
      )
    )
    // What the caller decided from is the caller's to read anew.
    return options === undefined ? retryConflict(once) : once
  }
