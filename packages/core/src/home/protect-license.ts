import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import { badInput } from '../identity/bad-input'
import { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { BLIND_LENGTH, commitTo } from '../license/commitment'
import { issueLicense, type Issuer } from '../license/issue-license'
import { contentKeyFromSeed } from '../license/key-seed'
import type { Conditions } from '../license/rights-file'
import type { Random } from '../random/random'
import { secretFromBytes, wipeSecret, type Secret } from '../secret/secret'
import { isContentKey, type KeyBlock } from '../vault/key-block'
import { storeLicense } from '../vault/store-license'
import { freshContentKey, freshKeyId } from '../vault/target-keys'
import type { Home } from './home'

/** What the owner's own content is to be protected under. */
export interface ProtectLicense {
  /** Drawn at random when left out. */
  readonly keyId?: KeyId
  /** 7, 16 or 32 bytes; drawn at random when neither key nor seed is given. Stays the caller's to wipe. */
  readonly contentKey?: Secret
  /** Derives the content key from the key ID; not together with `contentKey`. Stays the caller's to wipe. */
  readonly keySeed?: Secret
  readonly conditions: Conditions
}

/** A license that was issued and stored. */
export interface ProtectedLicense {
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** Whether no other home can hold the same key: drawn at random here, just now. */
  readonly fresh: boolean
}

/** The caller's own key is passed on as it is, and not wiped here. */
const contentKey = ({ contentKey: given, keySeed }: ProtectLicense, keyId: KeyId, random: Random) => {
  if (given !== undefined && keySeed !== undefined) {
    return E.left(badInput('key', 'a key or a key seed', 'both'))
  }
  if (keySeed !== undefined) return contentKeyFromSeed(keySeed, keyId)
  if (given === undefined) return E.right(freshContentKey(random))
  return isContentKey(given) ? E.right(given) : E.left(badInput('key', '7, 16 or 32 bytes', 'another length'))
}

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

/**
 * Issues a license of the home's own for the owner's content, and stores it with its key, both or neither. Contacts
 * nobody.
 *
 * @errors `BadInput` for a key or seed that does not fit, `LicenseMalformed` for conditions that contradict themselves,
 * those of keystore and store.
 */
export const protectLicense =
  (home: Home) =>
  (request: ProtectLicense): TE.TaskEither<CoreFault, ProtectedLicense> => {
    const keyId = request.keyId ?? freshKeyId(home.random)
    const fresh = request.contentKey === undefined && request.keySeed === undefined
    return pipe(
      TE.fromEither<CoreFault, Secret>(contentKey(request, keyId, home.random)),
      TE.flatMap((key) => {
        const blind = secretFromBytes(home.random.bytes(BLIND_LENGTH))
        return pipe(
          issueAndStore(home, keyId, { key, blind }, request.conditions),
          TE.map((license) => ({ ...license, fresh })),
          (task) => async () => {
            const result = await task()
            wipeSecret(blind)
            if (request.contentKey === undefined) wipeSecret(key)
            return result
          }
        )
      })
    )
  }
