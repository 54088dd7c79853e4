import { badInput } from '@custody/core/identity'
import type { CoreFault } from '@custody/core/fault'
import { EncodedDigest } from '@custody/core/license'
import type { RevocationKind } from '@custody/core/revocation'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import type { Authority } from './authority'
import { insideOf } from './authority-inside'

/** Most entries of a list. */
const MOST_ENTRIES = 10_000

/**
 * Publishes the next version of one list, and revocation information and a trust document that name it (RV-6).
 *
 * @param entries all thumbprints or issuer ids of the list, not only the new ones.
 * @errors `BadInput` for an entry that is neither, those of the store.
 */
export const publishRevocation = (
  authority: Authority,
  kind: RevocationKind,
  entries: ReadonlyArray<string>
): TE.TaskEither<CoreFault, void> => {
  const bad = entries.find((entry) => E.isLeft(EncodedDigest.decode(entry)))
  if (bad !== undefined) return TE.left(badInput('entries', EncodedDigest.name, bad))
  if (entries.length > MOST_ENTRIES) return TE.left(badInput('entries', `at most ${MOST_ENTRIES}`, String(entries.length)))
  return insideOf(authority).publish({ entries: { [kind]: entries } })
}
