import type { MadeScheme } from '../media/made-scheme'
import { plainCover } from '../oracle/plain-cipher'
import type { ExpectedSample } from '../plan/expected-samples'
import { LEAVING, type PlanOutcome } from '../plan/run-plan'
import type { SeenRow } from '../run/seen-row'
import { expectedBehind } from './expected-behind'
import { writtenRows } from './written-rows'

/** Law P2, for runs that completed: samples before the sink and in the files, opened by a cipher of their own. */
export const samplesSame = async (outcome: PlanOutcome): Promise<string | undefined> => {
  if (outcome.ended !== 'completed') return undefined
  const leaving = outcome.sightings.watched.find(({ place }) => place === LEAVING)?.batches.flat() ?? []
  const expected = expectedBehind(outcome)
  // A fragmented file that ends between two fragments says nowhere that there were more.
  const isWhole = !(outcome.plan.container === 'mp4' && outcome.plan.disturbance.type === 'SourceEnds')
  const fault = sameSamples({ ...outcome, expected }, leaving, isWhole)
  if (fault !== undefined) return `before the sink, ${fault}`
  if (outcome.files.size === 0) return undefined
  const written = await writtenRows(outcome)
  // A packet of ASF cannot hold a sample without bytes.
  const found = sameSamples({ ...outcome, expected: expected.filter(({ bytes }) => bytes.length > 0) }, written, isWhole)
  return found === undefined ? sameTimes(leaving.filter(({ bytes }) => bytes.length > 0), written) : `in the file, ${found}`
}

/** Compares track by track, for files may interleave otherwise. A prefix counts when `isComplete` is false. */
export const sameSamples = (
  { expected, keys, plan }: Pick<PlanOutcome, 'expected' | 'keys' | 'plan'>,
  rows: ReadonlyArray<SeenRow>,
  isComplete = true
): string | undefined => {
  for (const { number } of plan.media.tracks) {
    const own = expected.filter(({ sample }) => sample.track === number)
    const found = rows.filter(({ track }) => track === number)
    if (isComplete ? found.length !== own.length : found.length > own.length) {
      return `track ${String(number)} has ${String(found.length)} samples of ${String(own.length)}`
    }
    const key = keys.get(number)?.key ?? new Uint8Array()
    for (const [index, row] of found.entries()) {
      const fault = differs(row, own[index], key, plan.target)
      if (fault !== undefined) return `sample ${String(index)} of track ${String(number)} ${fault}`
    }
  }
  return undefined
}

const differs = (row: SeenRow, expected: ExpectedSample | undefined, key: Uint8Array, target: MadeScheme): string | undefined => {
  if (expected === undefined) return 'is one too many'
  if (row.scheme !== target) return `is under ${row.scheme}`
  if (row.key !== expected.sample.key) return 'has another key flag'
  const { iv, ranges, bytes, pattern } = row
  const opened = plainCover('open', bytes, { scheme: target, key, iv, ranges, pattern })
  const forms = [expected.bytes, ...(expected.behindLengths === undefined ? [] : [expected.behindLengths])]
  if (!forms.some((form) => Buffer.compare(opened, form) === 0)) return `does not open to what it was (${String(bytes.length)} bytes)`
  if (target === 'cocktail' || sameRanges(ranges, expected.ranges)) return undefined
  return `has other clear ranges than its map: ${JSON.stringify(ranges)} for ${JSON.stringify(expected.ranges)}`
}

/** A run of clear bytes may be written in pieces, and a sample that is protected whole as one run. */
const sameRanges = (found: SeenRow['ranges'], expected: ExpectedSample['ranges']): boolean =>
  expected === undefined
    ? found === undefined || found.every(([clear]) => clear === 0)
    : JSON.stringify(merged(found)) === JSON.stringify(merged(expected))

const merged = (ranges: SeenRow['ranges']): ReadonlyArray<readonly [number, number]> => {
  const runs: Array<[number, number]> = []
  for (const [clear, covered] of ranges ?? []) {
    const last = runs.at(-1)
    if (last?.[1] === 0) {
      last[0] += clear
      last[1] = covered
    } else runs.push([clear, covered])
  }
  return runs.filter(([clear, covered]) => clear + covered > 0)
}

/** A millisecond of ASF, the coarsest clock; in 100 ns units. */
const COARSEST = 10_000

/** What is written keeps the distances of the times, each within a unit of the coarser clock. */
const sameTimes = (before: ReadonlyArray<SeenRow>, written: ReadonlyArray<SeenRow>): string | undefined => {
  for (const track of new Set(before.map((row) => row.track))) {
    const [own, found] = [before, written].map((rows) => rows.filter((row) => row.track === track).map(({ time }) => time))
    const [first = 0, start = 0] = [own?.[0], found?.[0]]
    const at = own?.findIndex((time, index) => Math.abs(time - first - ((found?.[index] ?? 0) - start)) > 2 * COARSEST) ?? -1
    if (at >= 0) return `sample ${String(at)} of track ${String(track)} is at another time in the file`
  }
  return undefined
}
