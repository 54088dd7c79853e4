import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../../event/stored-event'
import type { CoreFault } from '../../fault/core-fault'
import type { Home } from '../../home/home'
import { storedAcceptance } from '../accept-stored'
import { storeLicense } from '../store-license'
import type { TestLicense } from './test-issuer'

/** Believes a license as a stored one is believed, and stores it with its key; a leaf without. */
export const storeTestLicense =
  (home: Home) =>
  ({ document, content }: TestLicense): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    pipe(
      storedAcceptance(home),
      TE.flatMapEither((accept) => accept(document)),
      TE.flatMap((license) => storeLicense(home)(license, content))
    )
