import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { setTitle } from '../catalog/set-title'
import { checkTitle } from '../catalog/title'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import { badInput } from '../identity/bad-input'
import { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { BLIND_LENGTH, commitTo } from '../license/commitment'
import type { Conditions } from '../license/conditions'
import { issueLicense, type Issuer } from '../license/issue-license'
import type { KeyBlock } from '../license/key-block'
import { secretFromBytes, wipeSecret } from '../secret/secret'
import type { ModelExpectation, ReadModelRow } from '../store/event-store'
import { LIVE_LICENSES } from '../vault/license-index'
import { licenseOfRow } from '../vault/license-name'
import { storeLicense } from '../vault/store-license'
import { freshKeyId } from '../vault/target-keys'
import { chooseContentKey, type KeyRequest } from './choose-content-key'
import type { Home } from './home'
import { retryConflict } from './retry-conflict'

/** What the owner's own content is to be protected under. */
export interface ProtectLicense extends KeyRequest {
  /** Drawn at random when left out. One that this home protected under before stands for the same key. */
  readonly keyId?: KeyId
  readonly conditions: Conditions
  /** What the catalog calls the content from now on; without it the title that is known stays. */
  readonly title?: string
}

/** A license that was issued and stored. */
export interface ProtectedLicense {
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** Whether no other home can hold the same key: drawn at random here, just now. */
  readonly fresh: boolean
}

/**
 * The rows that the vault has under a key ID. A license of somebody else there makes it his content's, and a license of
 * the owner's own would open that without him.
 */
const ownRows = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, ModelExpectation> =>
  pipe(
    issuerOf(home),
    TE.bindTo('issuer'),
    TE.bind('rows', (): TE.TaskEither<CoreFault, ReadonlyArray<ReadModelRow>> => home.store.lookUp(LIVE_LICENSES, keyId)),
    TE.filterOrElse(
      ({ issuer, rows }) => rows.every(({ id }) => licenseOfRow(id)?.issuer === issuer.id),
      (): CoreFault => badInput('key ID', 'a key ID of the owner’s own content', keyId)
    ),
    TE.map(({ rows }) => ({ model: LIVE_LICENSES, key: keyId, ids: rows.map(({ id }) => id) }))
  )

const issuerOf = ({ keystore }: Home): TE.TaskEither<CoreFault, Issuer> =>
  pipe(
    keystore.issuer(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map(({ kid, key }) => {
      if (!IssuerId.is(kid)) throw new TypeError('the issuer key has no thumbprint')
      return { id: kid, key }
    })
  )

const freshLicenseId = ({ clock, random }: Home): LicenseId => {
  const lid = uuidV7(clock, random)
  if (!LicenseId.is(lid)) throw new TypeError('not a license id')
  return lid
}

const issueAndStore = (
  home: Home,
  keyId: KeyId,
  block: KeyBlock,
  { conditions, expects }: { readonly conditions: Conditions; readonly expects: ModelExpectation }
): TE.TaskEither<CoreFault, Omit<ProtectedLicense, 'fresh'>> =>
  pipe(
    issuerOf(home),
    TE.flatMapEither((issuer) =>
      issueLicense(issuer, {
        lid: freshLicenseId(home),
        keyId,
        commit: commitTo(keyId, block.key, block.blind),
        now: home.clock.now(),
        conditions,
      })
    ),
    TE.tap((license) => storeLicense(home)(license, block, { expects: [expects] })),
    TE.map(({ issuer, lid }) => ({ issuer, lid, keyId }))
  )

/** Before anything is stored, so that a license never waits for a title that cannot be. */
const fitTitle = (title: string | undefined): TE.TaskEither<CoreFault, unknown> =>
  title === undefined ? TE.right(undefined) : TE.fromEither(checkTitle(title))

const entitle = (home: Home, keyId: KeyId, title: string | undefined): TE.TaskEither<CoreFault, unknown> =>
  title === undefined ? TE.right(undefined) : setTitle(home)(keyId, title)

/** The rows are read first: a license that comes in after that makes the whole be done anew, with its key. */
const attempt = (home: Home, request: ProtectLicense, keyId: KeyId): TE.TaskEither<CoreFault, ProtectedLicense> =>
  pipe(
    ownRows(home, keyId),
    TE.bindTo('expects'),
    TE.bind('chosen', () => chooseContentKey(home, request, keyId)),
    TE.flatMap(({ expects, chosen: { key, callers, fresh } }) => {
      const blind = secretFromBytes(home.random.bytes(BLIND_LENGTH))
      return pipe(
        issueAndStore(home, keyId, { key, blind }, { conditions: request.conditions, expects }),
        TE.map((license) => ({ ...license, fresh })),
        (task) => async () => {
          const result = await task()
          wipeSecret(blind)
          if (!callers) wipeSecret(key)
          return result
        }
      )
    })
  )

/**
 * Issues a license of the home's own for the owner's content, and stores it with its key, both or neither. Contacts
 * nobody. A key ID that this home has a key for keeps that key, also when two processes come with a new key ID at once.
 * The title comes after the license, sealed.
 *
 * @errors `BadInput` for a key, seed or title that does not fit and for a key ID of somebody else's content, `KeyMismatch`
 * for a key that is not the one of its key ID here, `LicenseMalformed` for conditions that contradict themselves, those of
 * keystore and store.
 */
export const protectLicense =
  (home: Home) =>
  (request: ProtectLicense): TE.TaskEither<CoreFault, ProtectedLicense> => {
    const keyId = request.keyId ?? freshKeyId(home.random)
    return pipe(
      fitTitle(request.title),
      TE.flatMap(() => retryConflict(attempt(home, request, keyId))),
      TE.tap(() => entitle(home, keyId, request.title))
    )
  }
