import { RevocationList } from '@custody/core/revocation'
import { unprovedPayload } from '@custody/core/signed'

import type { PublishedRevocation } from '../authority/published'

const read = new WeakMap<PublishedRevocation, ReadonlySet<string>>()

/** Nothing is verified: the authority reads what it published itself. */
const entriesOf = (published: PublishedRevocation): ReadonlySet<string> => {
  const known = read.get(published)
  if (known !== undefined) return known
  const entries = new Set(
    [...published.lists.values()].flatMap(({ document }) => {
      const list = unprovedPayload(RevocationList, document)
      if (list === undefined) throw new TypeError('a published list is of another form')
      return list.entries
    })
  )
  read.set(published, entries)
  return entries
}

/** Whether a key is on any list that the authority published, by its thumbprint: a key has one use, so it can be on one list. */
export const isRevokedHere = (published: PublishedRevocation, thumbprint: string): boolean => entriesOf(published).has(thumbprint)
