import * as E from 'fp-ts/Either'
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
import { issueLicense, type Issuer } from '../license/issue-license'
import { contentKeyFromSeed } from '../license/key-seed'
import type { Conditions } from '../license/conditions'
import { secretEquals, secretFromBytes, wipeSecret, type Secret } from '../secret/secret'
import { ownContentKey } from '../vault/own-content-key'
import { isContentKey, type KeyBlock } from '../license/key-block'
import { storeLicense } from '../vault/store-license'
import { freshContentKey, freshKeyId } from '../vault/target-keys'
import type { Home } from './home'

/** What the owner's own content is to be protected under. */
export interface ProtectLicense {
  /** Drawn at random when left out. One that this home protected under before stands for the same key. */
  readonly keyId?: KeyId
  /** 7, 16 or 32 bytes; without key and seed that of the key ID, or drawn at random. Stays the caller's to wipe. */
  readonly contentKey?: Secret
  /** Derives the content key from the key ID; not together with `contentKey`. Stays the caller's to wipe. */
  readonly keySeed?: Secret
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

/** A key with its right of way: the caller's own stays the caller's to wipe. */
interface ChosenKey {
  readonly key: Secret
  readonly callers: boolean
  readonly fresh: boolean
}

/** The key that the request names itself; nothing when it leaves the choice to the home. */
const requestedKey = (
  { contentKey: given, keySeed }: ProtectLicense,
  keyId: KeyId
): E.Either<CoreFault, ChosenKey | undefined> => {
  if (given !== undefined && keySeed !== undefined) {
    return E.left(badInput('key', 'a key or a key seed', 'both'))
  }
  if (keySeed !== undefined) {
    return pipe(
      contentKeyFromSeed(keySeed, keyId),
      E.map((key) => ({ key, callers: false, fresh: false }))
    )
  }
  if (given === undefined) return E.right(undefined)
  return isContentKey(given)
    ? E.right({ key: given, callers: true, fresh: false })
    : E.left(badInput('key', '7, 16 or 32 bytes', 'another length'))
}

/** One key ID names one key: two would leave half of its content without a license that opens it. */
const chooseKey = (home: Home, requested: ChosenKey | undefined, held: Secret | undefined): E.Either<CoreFault, ChosenKey> => {
  if (held === undefined) {
    return E.right(requested ?? { key: freshContentKey(home.random), callers: false, fresh: true })
  }
  if (requested === undefined) return E.right({ key: held, callers: false, fresh: false })
  if (secretEquals(requested.key, held)) {
    wipeSecret(held)
    return E.right(requested)
  }
  if (!requested.callers) wipeSecret(requested.key)
  return E.left({ type: 'KeyMismatch' })
}

/** The key that this home's own licenses have for a key ID already. */
const heldKey = (home: Home, keyId: KeyId | undefined): TE.TaskEither<CoreFault, Secret | undefined> =>
  keyId === undefined ? TE.right(undefined) : ownContentKey(home)(keyId)

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
  conditions: Conditions
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
    TE.tap((license) => storeLicense(home)(license, block)),
    TE.map(({ issuer, lid }) => ({ issuer, lid, keyId }))
  )

/** Before anything is stored, so that a license never waits for a title that cannot be. */
const fitTitle = (title: string | undefined): TE.TaskEither<CoreFault, unknown> =>
  title === undefined ? TE.right(undefined) : TE.fromEither(checkTitle(title))

const entitle = (home: Home, keyId: KeyId, title: string | undefined): TE.TaskEither<CoreFault, unknown> =>
  title === undefined ? TE.right(undefined) : setTitle(home)(keyId, title)

/**
 * Issues a license of the home's own for the owner's content, and stores it with its key, both or neither. Contacts
 * nobody. A key ID that this home has a key for keeps that key. The title comes after the license, sealed.
 *
 * @errors `BadInput` for a key, seed or title that does not fit, `KeyMismatch` for one that is not the key of its key ID here,
 * `LicenseMalformed` for conditions that contradict themselves, those of keystore and store.
 */
export const protectLicense =
  (home: Home) =>
  (request: ProtectLicense): TE.TaskEither<CoreFault, ProtectedLicense> => {
    const keyId = request.keyId ?? freshKeyId(home.random)
    return pipe(
      fitTitle(request.title),
      TE.flatMap(() => heldKey(home, request.keyId)),
      TE.flatMapEither((held) =>
        pipe(
          requestedKey(request, keyId),
          E.flatMap((requested) => chooseKey(home, requested, held)),
          E.mapLeft((fault) => {
            if (held !== undefined) wipeSecret(held)
            return fault
          })
        )
      ),
      TE.flatMap(({ key, callers, fresh }) => {
        const blind = secretFromBytes(home.random.bytes(BLIND_LENGTH))
        return pipe(
          issueAndStore(home, keyId, { key, blind }, request.conditions),
          TE.tap(() => entitle(home, keyId, request.title)),
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
  }
