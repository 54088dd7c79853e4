import { SourceDamageFound } from '@custody/adapters/transfer'
import type { StoredEvent } from '@custody/core/event'

import type { Reporter } from './reporter'

/** Tells what was wrong with a source that was taken all the same; answers how many things. */
export const tellDamage = (reporter: Reporter, events: ReadonlyArray<StoredEvent>): number => {
  const found = events.find(({ type }) => type === SourceDamageFound.type)
  if (found === undefined || !SourceDamageFound.data.is(found.data)) return 0
  for (const { offset, what } of found.data.warnings) reporter.warn(`warning: at byte ${String(offset)}: ${what}`)
  return found.data.warnings.length
}
