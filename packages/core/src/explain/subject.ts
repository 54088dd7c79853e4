import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { keyIdFromText, type KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import type { LicenseName } from '../vault/license-name'
import { licensesEverNamed, licensesEverOf } from './read-events'

/** What a text names. License and event ids look alike, so the log is asked. */
export type FoundSubject =
  | { readonly type: 'key'; readonly keyId: KeyId }
  | { readonly type: 'event'; readonly event: StoredEvent }
  /** One license, or one of each issuer that uses the id. */
  | { readonly type: 'license'; readonly licenses: ReadonlyArray<LicenseName> }
  | { readonly type: 'unknown' }

const licenseNamed = (home: Home, text: string): TE.TaskEither<CoreFault, FoundSubject> =>
  LicenseId.is(text)
    ? pipe(
        licensesEverNamed(home, text),
        TE.map((licenses): FoundSubject => (licenses.length === 0 ? { type: 'unknown' } : { type: 'license', licenses }))
      )
    : TE.right({ type: 'unknown' })

/** Any id looks like a key ID with hyphens, so one counts only where a license was ever there for it. */
const hyphenedKey = (home: Home, text: string): TE.TaskEither<CoreFault, FoundSubject> => {
  const keyId = keyIdFromText(text)
  if (E.isLeft(keyId)) return TE.right({ type: 'unknown' })
  return pipe(
    licensesEverOf(home, keyId.right),
    TE.map((licenses): FoundSubject => (licenses.length === 0 ? { type: 'unknown' } : { type: 'key', keyId: keyId.right }))
  )
}

const orElse =
  (next: TE.TaskEither<CoreFault, FoundSubject>) =>
  (found: FoundSubject): TE.TaskEither<CoreFault, FoundSubject> =>
    found.type === 'unknown' ? next : TE.right(found)

/**
 * Finds what a text names: a key ID whose spelling nothing else has, then an event, then a license that ever came in, then
 * a key ID with hyphens. @errors those of the store.
 */
export const findSubject = (home: Home, written: string): TE.TaskEither<CoreFault, FoundSubject> => {
  const text = written.toLowerCase()
  const keyId = keyIdFromText(written)
  if (E.isRight(keyId) && !LicenseId.is(text)) return TE.right({ type: 'key', keyId: keyId.right })
  return pipe(
    home.store.event(text),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map((event): FoundSubject => (event === undefined ? { type: 'unknown' } : { type: 'event', event })),
    TE.flatMap(orElse(licenseNamed(home, text))),
    TE.flatMap(orElse(hyphenedKey(home, text)))
  )
}
