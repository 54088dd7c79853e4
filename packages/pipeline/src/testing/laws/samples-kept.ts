import { LEAVING, PROTECTED, SUBJECT, type PlanOutcome } from '../plan/run-plan'
import type { PlanStep } from '../plan/pipeline-plan'
import type { SeenRow } from '../run/seen-row'
import type { Watched } from '../run/watch'

/** Law P4, for each step of a run that keeps the protection, and for the operator that is tried. */
export const samplesKept = (outcome: PlanOutcome): string | undefined => {
  const { plan, sightings, ended, subject } = outcome
  for (const { from, to, step } of stepsOf(outcome)) {
    const [before, after] = [rowsAt(sightings.watched, from), rowsAt(sightings.watched, to)]
    const kept = step?.type === 'SelectStreams' ? before.filter(({ track }) => step.streams.includes(track)) : before
    const isFree = step === undefined && subject?.kind === 'selecting'
    const fault = isFree ? chosenFrom(kept, after) : compared(kept, after, ended === 'completed')
    if (fault !== undefined) return `${step?.type ?? 'the operator'}: ${fault} (${plan.source} to ${plan.target})`
  }
  return undefined
}

interface Step {
  readonly from: string
  readonly to: string
  /** Nothing: the operator that is tried, which may select where it says so. */
  readonly step: PlanStep | undefined
}

const stepsOf = ({ plan: { before, after }, subject }: PlanOutcome): ReadonlyArray<Step> => {
  const chain = (steps: ReadonlyArray<PlanStep>, first: string, name: string): ReadonlyArray<Step> =>
    steps.map((step, index) => ({ from: index === 0 ? first : `${name} ${String(index - 1)}`, to: `${name} ${String(index)}`, step }))
  const tried = subject === undefined ? [] : [{ from: SUBJECT[0], to: SUBJECT[1], step: undefined }]
  const last = after.length === 0 ? (subject === undefined ? PROTECTED : SUBJECT[1]) : `after ${String(after.length - 1)}`
  const leaving: Step = { from: last, to: LEAVING, step: { type: 'EachBatch' } }
  return [...chain(before, 'source', 'before'), ...tried, ...chain(after, subject === undefined ? PROTECTED : SUBJECT[1], 'after'), leaving]
}

const rowsAt = (watched: ReadonlyArray<Watched>, place: string): ReadonlyArray<SeenRow> =>
  watched.find((one) => one.place === place)?.batches.flat() ?? []

/** A run that did not complete may have come less far behind a step than before it. */
const compared = (before: ReadonlyArray<SeenRow>, after: ReadonlyArray<SeenRow>, isComplete: boolean): string | undefined => {
  if (isComplete ? after.length !== before.length : after.length > before.length) {
    return `${String(before.length)} samples went in and ${String(after.length)} came out`
  }
  const at = after.findIndex((row, index) => !isSame(row, before[index]))
  return at < 0 ? undefined : `sample ${String(at)} is another one, or has other bytes, behind the step than before it`
}

/** What is left must be what came, in its order. */
const chosenFrom = (before: ReadonlyArray<SeenRow>, after: ReadonlyArray<SeenRow>): string | undefined => {
  const places = placesOf(before, after)
  return places === undefined ? 'a sample came out that did not go in, or in another order' : undefined
}

/** Where the samples of a selection stand in what it was made from, in order; nothing when they do not. */
export const placesOf = (before: ReadonlyArray<SeenRow>, after: ReadonlyArray<SeenRow>): ReadonlyArray<number> | undefined => {
  const places: number[] = []
  let at = 0
  for (const row of after) {
    while (at < before.length && !isSame(row, before[at])) at += 1
    if (at === before.length) return undefined
    places.push(at)
    at += 1
  }
  return places
}

const isSame = (row: SeenRow, other: SeenRow | undefined): boolean =>
  other !== undefined &&
  row.track === other.track &&
  row.scheme === other.scheme &&
  Buffer.compare(row.iv, other.iv) === 0 &&
  Buffer.compare(row.bytes, other.bytes) === 0
