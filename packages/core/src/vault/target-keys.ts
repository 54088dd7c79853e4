import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { badInput } from '../identity/bad-input'
import { keyIdFromBytes, type KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import type { Random } from '../random/random'
import { secretFromBytes, wipeSecret, type Secret } from '../secret/secret'
import type { NewEvent, StateChange, StreamAppend } from '../store/event-store'
import { isContentKey } from '../license/key-block'
import { envelopeKey, sealEnvelope, type EnvelopeOwner } from './key-envelope'
import { TargetKeyCreated } from './target-key-event'
import { sealingVault } from './vault-generations'

const KEY_LENGTH = 16
const KEY_ID_LENGTH = 16
const BLIND_LENGTH = 16

/** A key that one track or more of an export is to be protected with. */
export interface TargetKeyRequest {
  /** Protection scheme that it will serve, as `cenc`. */
  readonly scheme: string
  /** A key of the user's own, with its id; without it, both are made at random. */
  readonly given?: { readonly keyId: KeyId; readonly key: Secret }
}

/** What a target key is bound to, with what the append that authorises its use stores for it. */
export interface PreparedTargetKey {
  readonly owner: Extract<EnvelopeOwner, { readonly type: 'target' }>
  readonly event: NewEvent
  readonly state: StateChange
  /** That the vault key is still the one in use, for the same append. */
  readonly unchanged: StreamAppend
}

/** A key ID from 16 random bytes. */
export const freshKeyId = (random: Random): KeyId => {
  const keyId = keyIdFromBytes(random.bytes(KEY_ID_LENGTH))
  if (E.isLeft(keyId)) throw new RangeError('the random source gave another number of bytes')
  return keyId.right
}

/** A content key of random bytes, 16 unless told. */
export const freshContentKey = (random: Random, bytes = KEY_LENGTH): Secret => secretFromBytes(random.bytes(bytes))

/**
 * Makes or takes over the keys of one export and seals them for the vault. Nothing is stored yet: the caller appends
 * event and state together with the authorisation. Given keys stay the caller's to wipe.
 *
 * @errors `BadInput` for a given key whose length no content key has, those of keystore and store.
 */
export const prepareTargetKeys = (
  home: Home,
  useId: string,
  system: SystemId,
  requests: ReadonlyArray<TargetKeyRequest>
): TE.TaskEither<CoreFault, ReadonlyArray<PreparedTargetKey>> => {
  const unfit = requests.find(({ given }) => given !== undefined && !isContentKey(given.key))
  if (unfit !== undefined) return TE.left(badInput('target key', '7, 16 or 32 bytes', 'another length'))
  return pipe(
    sealingVault(home, 'local'),
    TE.map(({ vault, unchanged }) =>
      requests.map(({ scheme, given }) => {
        const key = given?.key ?? freshContentKey(home.random)
        const blind = secretFromBytes(home.random.bytes(BLIND_LENGTH))
        const owner = { type: 'target', keyId: given?.keyId ?? freshKeyId(home.random), useId } as const
        const value = sealEnvelope(vault, owner, { key, blind })
        wipeSecret(blind)
        if (given === undefined) wipeSecret(key)
        return {
          owner,
          event: newEvent(TargetKeyCreated, { keyId: owner.keyId, useId, system, scheme }),
          state: { space: 'key-envelope', key: envelopeKey(owner), value },
          unchanged,
        }
      })
    )
  )
}
