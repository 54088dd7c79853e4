import { canaryIndex, type CanaryHit } from '../canary/canary-index'
import { searchText } from '../canary/search-text'
import { searchValue } from '../canary/search-value'
import { targetSecrets } from '../plan/expected-samples'
import type { PlanOutcome } from '../plan/run-plan'
import type { PlanBench } from '../run/plan-bench'

/** Secrets whose spellings are looked for in texts; of all the bytes are. */
const MOST_SPELLED = 6
const SPELLED_BYTES = 64

/**
 * Law P1: nothing in the memory of batches between the stages, in events, errors, files and the log. In memory what counts as
 * clear is what the scheme in force there protects.
 */
export const clearNowhere = async (outcome: PlanOutcome, { newEvents }: PlanBench): Promise<string | undefined> => {
  const { sightings, events, error, files, expected, keys, source, secrets } = outcome
  const spelled = canaryIndex([
    ...targetSecrets(expected).slice(0, MOST_SPELLED).map((secret) => secret.slice(0, SPELLED_BYTES)),
    ...[source, ...keys.values()].map(({ key }) => key.slice()),
  ])
  const hits: CanaryHit[] = [
    ...sightings.hits,
    ...searchValue(spelled, events, 'events'),
    ...searchValue(spelled, error, 'error'),
    ...searchText(spelled, JSON.stringify(await newEvents()), 'log'),
    ...[...files].flatMap(([number, file]) => secrets.findIn(file.bytes(), `file ${String(number)}`)),
  ]
  const [first] = hits
  return first === undefined ? undefined : `${first.form} bytes at ${String(first.at)} of ${first.where}`
}
