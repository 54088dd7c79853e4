import type { ExpectedSample } from '../plan/expected-samples'
import { SUBJECT, type PlanOutcome } from '../plan/run-plan'
import { placesOf } from './samples-kept'

/** What has to leave: all that is expected or, behind an operator that selects, what it let through. */
export const expectedBehind = ({ expected, sightings, subject, plan }: PlanOutcome): ReadonlyArray<ExpectedSample> => {
  if (subject?.kind !== 'selecting') return expected
  const [before = [], after = []] = SUBJECT.map((place) => sightings.watched.find((one) => one.place === place)?.batches.flat() ?? [])
  return plan.media.tracks.flatMap(({ number }) => {
    const own = expected.filter(({ sample }) => sample.track === number)
    const ofTrack = [before, after].map((rows) => rows.filter(({ track }) => track === number))
    return (placesOf(ofTrack[0] ?? [], ofTrack[1] ?? []) ?? []).flatMap((place) => own[place] ?? [])
  })
}
