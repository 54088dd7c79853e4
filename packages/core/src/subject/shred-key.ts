import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { unwrapKey, wrapKey } from '../secret/key-wrap'
import { secretFromBytes, type Secret } from '../secret/secret'
import type { StateChange } from '../store/event-store'

/** The key that seals what is known of one subject. Whoever holds it wipes it. */
export interface ShredKey {
  readonly subject: string
  readonly key: Secret
  /** What an append must store with the first event that is sealed under the key; nothing for a key that is stored. */
  readonly state: ReadonlyArray<StateChange>
}

const KEY_LENGTH = 32

/** Draws the key of a new subject, which gets a random name. Nothing is stored yet. @errors those of the keystore. */
export const freshShredKey = ({ keystore, clock, random }: Home): TE.TaskEither<CoreFault, ShredKey> =>
  pipe(
    keystore.shred(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map((shred) => {
      const subject = uuidV7(clock, random)
      const key = secretFromBytes(random.bytes(KEY_LENGTH))
      return { subject, key, state: [{ space: 'shred-key', key: subject, value: wrapKey(shred, key) }] }
    })
  )

/**
 * Opens the key of a subject; nothing when it was erased.
 *
 * @errors `SealBroken` when the stored key was changed; those of keystore and store.
 */
export const storedShredKey = (
  { store, keystore }: Home,
  subject: string
): TE.TaskEither<CoreFault, ShredKey | undefined> =>
  pipe(
    store.state('shred-key', subject),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap((wrapped) => {
      if (wrapped === undefined) return TE.right(undefined)
      return pipe(
        keystore.shred(),
        TE.mapLeft((fault): CoreFault => fault),
        TE.flatMapEither((shred) => unwrapKey(shred, wrapped)),
        TE.map((key) => ({ subject, key, state: [] }))
      )
    })
  )
