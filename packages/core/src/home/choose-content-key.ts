import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import { badInput } from '../identity/bad-input'
import type { KeyId } from '../identity/key-id'
import { isContentKey } from '../license/key-block'
import { contentKeyFromSeed } from '../license/key-seed'
import { secretEquals, wipeSecret, type Secret } from '../secret/secret'
import { ownContentKey } from '../vault/own-content-key'
import { freshContentKey } from '../vault/target-keys'
import type { Home } from './home'

/** Which key content is to be protected under. */
export interface KeyRequest {
  /** 7, 16 or 32 bytes; without key and seed that of the key ID, or drawn at random. Stays the caller's to wipe. */
  readonly contentKey?: Secret
  /** Derives the content key from the key ID; not together with `contentKey`. Stays the caller's to wipe. */
  readonly keySeed?: Secret
  /** Bytes of a key that is drawn at random; 16 unless told, 7 for the classic cipher of Windows Media. */
  readonly freshBytes?: 7 | 16
}

/** A key with its right of way: the caller's own stays the caller's to wipe. */
export interface ChosenKey {
  readonly key: Secret
  readonly callers: boolean
  readonly fresh: boolean
}

/** The key that the request names itself; nothing when it leaves the choice to the home. */
const requestedKey = (
  { contentKey: given, keySeed }: KeyRequest,
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
const chooseKey = (
  home: Home,
  { freshBytes }: KeyRequest,
  requested: ChosenKey | undefined,
  held: Secret | undefined
): E.Either<CoreFault, ChosenKey> => {
  if (held === undefined) {
    return E.right(requested ?? { key: freshContentKey(home.random, freshBytes), callers: false, fresh: true })
  }
  if (requested === undefined) return E.right({ key: held, callers: false, fresh: false })
  if (secretEquals(requested.key, held)) {
    wipeSecret(held)
    return E.right(requested)
  }
  if (!requested.callers) wipeSecret(requested.key)
  return E.left({ type: 'KeyMismatch' })
}

/**
 * Chooses the key of a key ID: the one that the request names, the one that this home has for it, or a fresh one.
 *
 * @errors `BadInput` for a key or seed that does not fit, `KeyMismatch` for one that is not the key of its key ID here, those
 * of keystore and store.
 */
export const chooseContentKey = (
  home: Home,
  request: KeyRequest,
  keyId: KeyId
): TE.TaskEither<CoreFault, ChosenKey> =>
  pipe(
    ownContentKey(home)(keyId),
    TE.flatMapEither((held) =>
      pipe(
        requestedKey(request, keyId),
        E.flatMap((requested) => chooseKey(home, request, requested, held)),
        E.mapLeft((fault) => {
          if (held !== undefined) wipeSecret(held)
          return fault
        })
      )
    )
  )
