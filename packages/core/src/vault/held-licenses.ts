import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { AcceptedLicense } from '../license/accepted-license'
import { chainCandidates } from '../license/chain-candidates'
import type { HeldLicense } from '../license/held-license'
import type { RevocationState } from '../revocation/revocation-state'
import { revocationState } from '../revocation/stored-revocation'
import type { ModelExpectation } from '../store/event-store'
import { acceptanceUnder, type StoredAcceptance } from './accept-stored'
import { LIVE_LICENSES } from './license-index'
import { licenseRow, type LicenseName } from './license-name'
import { licensesByKey, type StoredLicense } from './stored-licenses'

/** A license of the vault with the answer whether its document is believed. */
export interface VaultLicense extends StoredLicense {
  /** Signature, form, limits and issuer, as they stand now. */
  readonly accepted: E.Either<CoreFault, AcceptedLicense>
}

/** All that the vault has for one key ID. */
export interface HeldLicenses {
  /** Licenses of the key ID itself, in the order in which they are asked (LI-16). */
  readonly licenses: ReadonlyArray<VaultLicense>
  /** Licenses of the key IDs that leaves among them hang on. */
  readonly roots: ReadonlyArray<VaultLicense>
  /** The believed ones for `evaluate`, in the order in which they are asked; a leaf once for each of its roots. */
  readonly candidates: ReadonlyArray<HeldLicense>
  /** That no license came or went meanwhile, for an append whose decision rests on these. */
  readonly expects: ReadonlyArray<ModelExpectation>
}

/** The license of that name among those of one key ID and their roots. */
export const vaultLicense = (
  { licenses, roots }: HeldLicenses,
  { issuer, lid }: LicenseName
): VaultLicense | undefined => [...licenses, ...roots].find((license) => license.issuer === issuer && license.lid === lid)

const uplinksOf = (licenses: ReadonlyArray<StoredLicense>): ReadonlyArray<KeyId> => [
  ...new Set(licenses.flatMap(({ facts }) => facts.uplink ?? [])),
]

const expectation = (key: KeyId, licenses: ReadonlyArray<VaultLicense>): ModelExpectation => ({
  model: LIVE_LICENSES,
  key,
  ids: [...new Set(licenses.filter(({ keyId }) => keyId === key).map(licenseRow))].sort(),
})

const believed = (licenses: ReadonlyArray<VaultLicense>): ReadonlyArray<HeldLicense> =>
  licenses.flatMap(({ accepted, state }) => (E.isRight(accepted) ? [{ license: accepted.right, state }] : []))

/** Licenses of a key ID and of those that leaves among them hang on, not judged yet. */
interface FoundLicenses {
  readonly licenses: ReadonlyArray<StoredLicense>
  readonly roots: ReadonlyArray<StoredLicense>
}

const found = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, FoundLicenses> =>
  async () => {
    const licenses = await licensesByKey(home)(keyId)()
    if (E.isLeft(licenses)) return licenses
    const roots: StoredLicense[] = []
    for (const uplink of uplinksOf(licenses.right)) {
      const found = await licensesByKey(home)(uplink)()
      if (E.isLeft(found)) return found
      roots.push(...found.right)
    }
    return E.right({ licenses: licenses.right, roots })
  }

/**
 * Reads the licenses of a key ID with their roots, states and revisions, believed or not. Their signatures are checked,
 * those of documents that this process has checked before are not checked twice.
 *
 * @errors those of keystore and store.
 */
export const heldUnder =
  (home: Home, revocation: RevocationState) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, HeldLicenses> =>
    async () => {
      // Side by side: on a server each is a way there and back.
      const [accept, stored] = await Promise.all([acceptanceUnder(home, revocation)(), found(home, keyId)()])
      if (E.isLeft(accept)) return accept
      return E.isLeft(stored) ? stored : E.right(judgedBy(accept.right, keyId, stored.right))
    }

const judgedBy = (accept: StoredAcceptance, keyId: KeyId, stored: FoundLicenses): HeldLicenses => {
  const judged = (license: StoredLicense): VaultLicense => ({ ...license, accepted: accept(license.jws) })
  const [licenses, roots] = [stored.licenses.map(judged), stored.roots.map(judged)]
  return {
    licenses,
    roots,
    candidates: chainCandidates(believed(licenses), believed(roots)),
    expects: [keyId, ...uplinksOf(licenses)].map((key) => expectation(key, [...licenses, ...roots])),
  }
}

/** As {@link heldUnder}, with what this home knows of revocation now. */
export const heldLicenses =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, HeldLicenses> =>
    pipe(
      revocationState(home),
      TE.flatMap((revocation) => heldUnder(home, revocation)(keyId))
    )
