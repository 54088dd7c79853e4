import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { wipeSecret } from '../secret/secret'
import { openMember, type MemberPlace, type SealedMember } from './sealed-member'
import { storedShredKey } from './shred-key'

/**
 * Reads personal data out of an event.
 *
 * @errors `Erased` when its subject was erased, `SealBroken` for a member that was changed or moved; those of keystore
 * and store.
 */
export const readSealed =
  (home: Home) =>
  (place: MemberPlace, member: SealedMember): TE.TaskEither<CoreFault, string> => {
    const { subject } = member.sealed
    return pipe(
      storedShredKey(home, subject),
      TE.flatMapEither((stored): E.Either<CoreFault, string> => {
        if (stored === undefined) return E.left({ type: 'Erased', subject })
        const text = openMember(stored.key, place, member)
        wipeSecret(stored.key)
        return text
      })
    )
  }
