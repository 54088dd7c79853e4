import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { badInput } from '../identity/bad-input'
import type { KeyId } from '../identity/key-id'
import { wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { targetContentKey } from './content-key'
import { ownContentKey } from './own-content-key'
import { TARGET_KEYS } from './read-models'
import { licensesByKey } from './stored-licenses'
import { KeysRevealed, REVEAL_STREAM, TargetKeyCreated } from './target-key-event'

/** A key that its owner asked to see. Whoever holds it wipes it. */
export interface RevealedKey {
  readonly keyId: KeyId
  readonly key: Secret
}

const unknownKey = (keyId: KeyId): CoreFault => badInput('key ID', 'a key of the owner’s own content', keyId)

/** A key that came with somebody else's license is not the owner's to see, however it is trusted. */
const licenseKey = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, Secret> =>
  pipe(
    ownContentKey(home)(keyId),
    TE.flatMap((own) =>
      own !== undefined
        ? TE.right(own)
        : pipe(
            licensesByKey(home)(keyId),
            TE.flatMap(([foreign]) =>
              TE.left<CoreFault, Secret>(
                foreign === undefined ? unknownKey(keyId) : { type: 'LicenseIssuerUnknown', issuer: foreign.issuer }
              )
            )
          )
    )
  )

const ownKey =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, RevealedKey> =>
    pipe(
      home.store.lookUp(TARGET_KEYS, keyId),
      TE.mapLeft((fault): CoreFault => fault),
      TE.flatMap((rows) => {
        // Rows are in order of time: of several exports under one key ID the newest counts.
        const row = rows.map(({ value }) => value).filter(TargetKeyCreated.data.is).at(-1)
        return row === undefined
          ? licenseKey(home, keyId)
          : targetContentKey(home, { type: 'target', keyId: row.keyId, useId: row.useId })
      }),
      TE.map((key) => ({ keyId, key }))
    )

/**
 * Opens keys of the owner's own content: those made for exports, and those of licenses that this home issued. The event
 * is stored before any key is handed out, and after all of them were found.
 *
 * @errors `BadInput` for a key ID without such a key, `LicenseIssuerUnknown` for a license of somebody else.
 */
export const revealKeys =
  (home: Home) =>
  (keyIds: ReadonlyArray<KeyId>): TE.TaskEither<CoreFault, ReadonlyArray<RevealedKey>> =>
    async () => {
      const opened: RevealedKey[] = []
      const result = await pipe(
        keyIds,
        TE.traverseSeqArray((keyId) => pipe(ownKey(home)(keyId), TE.tapIO((revealed) => () => opened.push(revealed)))),
        TE.tap(() => recordRevelation(home, keyIds))
      )()
      if (E.isLeft(result)) for (const { key } of opened) wipeSecret(key)
      return result
    }

const recordRevelation = ({ store }: Home, keyIds: ReadonlyArray<KeyId>): TE.TaskEither<CoreFault, unknown> =>
  store.append({
    appends: [{ stream: REVEAL_STREAM, expectedRevision: 'any', events: [newEvent(KeysRevealed, { keyIds })] }],
  })

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

/**
 * The hex digits of a key as ASCII bytes, for the one command that shows keys; never as a string, which could not be
 * wiped. The caller writes the bytes and fills them with zeros.
 */
export const secretDigits = ({ key }: RevealedKey): Uint8Array<ArrayBuffer> =>
  withSecretBytes(key, (bytes) => {
    const digits = new Uint8Array(2 * bytes.length)
    for (const [index, byte] of bytes.entries()) {
      digits[2 * index] = DIGITS[byte >> 4] ?? 0
      digits[2 * index + 1] = DIGITS[byte & 15] ?? 0
    }
    return digits
  })
