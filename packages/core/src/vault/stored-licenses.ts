import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { codecMismatch } from '../encoding/codec-mismatch'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { LicenseDocument } from '../license/license-document'
import { licenseMalformed } from '../license/license-malformed'
import { signedForm } from '../signed/signed-form'
import type { ReadModelRow } from '../store/event-store'
import { LicenseStored } from './license-event'
import { ALL, LICENSE_BY_KEY, LICENSES } from './read-models'

/** A license as the vault lists it. Its document is decoded for reading; only evaluation verifies the signature. */
export interface StoredLicense extends Readonly<Omit<t.TypeOf<(typeof LicenseStored)['data']>, 'document'>> {
  readonly jws: string
  readonly document: LicenseDocument
}

const decodedDocument = (jws: string): E.Either<CoreFault, LicenseDocument> => {
  const form = signedForm(jws)
  if (E.isLeft(form)) return E.left(licenseMalformed('document', 'a compact JWS', form.left.type))
  return pipe(
    E.tryCatch(
      () => JSON.parse(form.right.payload) as unknown,
      (): CoreFault => licenseMalformed('document', 'JSON', 'another text')
    ),
    E.flatMap((payload) =>
      pipe(
        LicenseDocument.decode(payload),
        E.mapLeft((errors): CoreFault => {
          const { where, expected, found } = codecMismatch(errors)
          return licenseMalformed(where, expected, found)
        })
      )
    )
  )
}

const storedLicense = ({ id, value }: ReadModelRow): E.Either<CoreFault, StoredLicense> => {
  const row = LicenseStored.data.decode(value)
  if (E.isLeft(row)) return E.left(licenseMalformed(`read model row ${id}`, 'a stored license', 'another value'))
  const { document: jws, ...rest } = row.right
  return pipe(
    decodedDocument(jws),
    E.map((document) => ({ ...rest, jws, document }))
  )
}

/** Higher priority first (LI-16); then, as a decision, the earlier issued, then the smaller license id. */
const inOrder = (left: StoredLicense, right: StoredLicense): number =>
  right.priority - left.priority ||
  left.document.issued.localeCompare(right.document.issued, 'en') ||
  left.lid.localeCompare(right.lid, 'en')

const found = ({ store }: Home, model: string, key: string): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
  pipe(
    store.lookUp(model, key),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMapEither((rows) => E.traverseArray(storedLicense)(rows)),
    TE.map((licenses) => [...licenses].sort(inOrder))
  )

/** The licenses of a key ID, in the order in which they are evaluated. */
export const licensesByKey =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
    found(home, LICENSE_BY_KEY, keyId)

/** Every license of the vault. */
export const listLicenses = (home: Home): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
  found(home, LICENSES, ALL)
