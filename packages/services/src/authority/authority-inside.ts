import type { CoreFault } from '@custody/core/fault'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from './authority'
import type { PublishDraft } from './publish'

/** What only functions of this folder do with an authority. */
interface AuthorityInside {
  /** Publishes, and takes what was published over into the open authority. */
  readonly publish: (draft: PublishDraft) => TaskEither<CoreFault, void>
}

const insides = new WeakMap<Authority, AuthorityInside>()

/** To be called once, by whoever puts an authority together. */
export const keepInside = (authority: Authority, inside: AuthorityInside): void => void insides.set(authority, inside)

/** The inside of an open authority. Throws for a look-alike. */
export const insideOf = (authority: Authority): AuthorityInside => {
  const inside = insides.get(authority)
  if (inside === undefined) throw new TypeError('this is no authority that was opened here')
  return inside
}
