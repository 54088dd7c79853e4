import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { concatMap, filter, from, type Observable } from 'rxjs'

import type { CoreFault, StoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import { toTaskEither } from '../fault/to-task-either'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { LicenseDocument } from '../license/license-document'
import type { LicenseState } from '../license/license-state'
import { isHere, type StoredTerms } from './holding-decider'
import { LIVE_LICENSES } from './license-index'
import { licenseOfRow, type LicenseName } from './license-name'
import { liveRows } from './live-rows'
import { licensesNamed } from './named-licenses'
import { readHolding } from './read-holding'
import { storedDocument } from './stored-document'

/** A license as the vault lists it. Its document is decoded for reading; only evaluation verifies the signature. */
export interface StoredLicense extends Readonly<Omit<StoredTerms, 'document'>> {
  /** The compact JWS. */
  readonly jws: string
  readonly document: LicenseDocument
  readonly state: LicenseState
  /** Events of the license's stream that this comes from. */
  readonly revision: number
}

/** A license with its document read, or nothing for one that is not in the vault. */
export const storedLicense =
  ({ store }: Home) =>
  (name: LicenseName): TE.TaskEither<CoreFault, StoredLicense | undefined> =>
    async () => {
      const read = await readHolding(store, name)()
      if (E.isLeft(read)) return read
      const { state: holding, revision } = read.right
      if (holding.terms === undefined || !isHere(holding)) return E.right(undefined)
      const { document: jws, ...terms } = holding.terms
      const document = storedDocument(jws)
      return E.isLeft(document) ? document : E.right({ ...terms, jws, document: document.right, state: holding.state, revision })
    }

/** Higher priority first (LI-16); then, as a decision, the earlier issued, then the smaller license id and issuer. */
const inOrder = (left: StoredLicense, right: StoredLicense): number =>
  right.priority - left.priority ||
  left.document.issued.localeCompare(right.document.issued, 'en') ||
  left.lid.localeCompare(right.lid, 'en') ||
  left.issuer.localeCompare(right.issuer, 'en')

const namesOf = (rows: ReadonlyArray<{ readonly id: string }>): ReadonlyArray<LicenseName> =>
  rows.flatMap(({ id }) => licenseOfRow(id) ?? [])

const isPresent = (license: StoredLicense | undefined): license is StoredLicense => license !== undefined

const found =
  (home: Home) =>
  (names: TE.TaskEither<StoreFault, ReadonlyArray<LicenseName>>): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
    async () => {
      const named = await names()
      if (E.isLeft(named)) return named
      const licenses: StoredLicense[] = []
      for (const name of named.right) {
        const license = await storedLicense(home)(name)()
        if (E.isLeft(license)) return license
        if (license.right !== undefined) licenses.push(license.right)
      }
      return E.right(licenses.sort(inOrder))
    }

/** The licenses of a key ID, in the order in which they are evaluated. */
export const licensesByKey =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
    pipe(home.store.lookUp(LIVE_LICENSES, keyId), TE.map(namesOf), found(home))

/** The licenses in the vault that have a license id: one of each issuer that uses it. */
export const licensesByLid =
  (home: Home) =>
  (lid: LicenseId): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
    pipe(
      licensesNamed(home.store, lid),
      TE.map(({ names }) => names),
      found(home)
    )

/**
 * Every license of the vault by key ID, page by page; cold. A license that comes or goes meanwhile is in it or not.
 *
 * @errors those of the store, as `CoreError`.
 */
export const everyLicense = (home: Home): Observable<StoredLicense> =>
  liveRows(home).pipe(
    concatMap((row) => from(namesOf([row]))),
    concatMap((name) => runTask(storedLicense(home)(name))),
    filter(isPresent)
  )

/** Every license of the vault at once, for a vault that is known to be small. */
export const listLicenses = (home: Home): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
  toTaskEither(everyLicense(home))
