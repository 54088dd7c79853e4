import { custody, jsonLines, type JsonLine } from './run-custody'
import type { Place } from './temporary-place'

/** What a home holds, as its own commands tell it. */
export interface HomeRecord {
  readonly events: ReadonlyArray<JsonLine>
  readonly licenses: ReadonlyArray<JsonLine>
}

/** Anchors vouch for the log and say nothing of their own; a command may add one at its end. */
const ANCHOR = 'LogAnchored'

/** Everything that happened in a home and every license of it, for comparing before with after. */
export const recordOf = async (place: Place): Promise<HomeRecord> => ({
  events: jsonLines(await custody(place, 'events', '--json'))
    .filter(({ type }) => type !== ANCHOR)
    // An anchor in between moves the place of what follows.
    .map(({ position, ...event }) => (typeof position === 'number' ? event : { ...event, position })),
  licenses: jsonLines(await custody(place, 'licenses', '--json')),
})
