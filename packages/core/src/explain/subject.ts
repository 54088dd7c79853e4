import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import type { LicenseName } from '../vault/license-name'
import { licensesEverNamed } from './read-events'

/** What a text names. License and event ids look alike, so the log is asked. */
export type FoundSubject =
  | { readonly type: 'key'; readonly keyId: KeyId }
  | { readonly type: 'event'; readonly event: StoredEvent }
  /** One license, or one of each issuer that uses the id. */
  | { readonly type: 'license'; readonly licenses: ReadonlyArray<LicenseName> }
  | { readonly type: 'unknown' }

const licenseOrUnknown = (home: Home, text: string): TE.TaskEither<CoreFault, FoundSubject> =>
  LicenseId.is(text)
    ? pipe(
        licensesEverNamed(home, text),
        TE.map((licenses): FoundSubject => (licenses.length === 0 ? { type: 'unknown' } : { type: 'license', licenses }))
      )
    : TE.right({ type: 'unknown' })

/** Finds what a text names: a key ID by its form, then an event, then a license that ever came in. @errors those of the store. */
export const findSubject = (home: Home, text: string): TE.TaskEither<CoreFault, FoundSubject> => {
  if (KeyId.is(text)) return TE.right({ type: 'key', keyId: text })
  return pipe(
    home.store.event(text),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap((event) => (event === undefined ? licenseOrUnknown(home, text) : TE.right({ type: 'event', event })))
  )
}
