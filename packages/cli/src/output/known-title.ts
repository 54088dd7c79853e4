import { titleOf } from '@custody/core/catalog'
import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

/** Keys of a home that came from elsewhere open nothing, nor do new ones what was sealed before; licenses can be listed anyway. */
const CLOSED: ReadonlySet<string> = new Set(['BindingMismatch', 'HomeCopied', 'KeystoreMissing', 'KeystoreDamaged', 'SealBroken'])

/** The title of a key ID, for a list; nothing where there is none, where it was erased, and where this home's keys do not open. */
export const knownTitle =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, string | undefined> =>
    pipe(
      titleOf(home)(keyId),
      TE.map((known) => (known.type === 'Titled' ? known.title : undefined)),
      TE.orElse((fault) => (CLOSED.has(fault.type) ? TE.right(undefined) : TE.left(fault)))
    )
