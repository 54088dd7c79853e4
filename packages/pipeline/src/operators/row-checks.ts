import type { BatchInside } from '../batch/batch-inside'
import { SCHEME_NONE, schemeName, type SchemeName } from '../batch/schemes'
import { PipelineError } from '../fault/pipeline-error'

/** What is expected of samples beyond what holds for all. */
export interface ExpectedSamples {
  /** The schemes that samples may be under; any, unless told. */
  readonly schemes?: ReadonlySet<Exclude<SchemeName, 'none'>>
  /** Whether a protected source may declare samples clear; not unless told. */
  readonly allowDeclaredClear?: boolean
}

/** Looks at all rows of a batch. Throws in a `PipelineError`. */
export type RowChecks = (inside: BatchInside) => void

/** A row with the name that faults call it by. */
interface CheckedRow {
  readonly inside: BatchInside
  readonly row: number
  readonly track: number
  /** Number of the sample in its track, from 1. */
  readonly sample: number
}

/** Begins the checks of a run, whose samples are numbered through. @errors `VerificationFailed`. */
export const createRowChecks = (expected: ExpectedSamples): RowChecks => {
  const passed = new Map<number, { samples: number; decodeTime: number }>()
  return (inside) => {
    const { columns, count } = inside
    const rows: CheckedRow[] = []
    for (let row = 0; row < count; row += 1) {
      const track = columns.track[row] ?? 0
      const before = passed.get(track) ?? { samples: 0, decodeTime: Number.NEGATIVE_INFINITY }
      const checked = { inside, row, track, sample: before.samples + 1 }
      const decodeTime = columns.decodeTime[row] ?? 0
      checkPlace(checked)
      checkRanges(checked)
      checkScheme(checked, expected)
      // Written so that NaN, which is no time, is refused too.
      if (!(decodeTime >= before.decodeTime)) fail(checked, `a decode time of ${String(before.decodeTime)} or later`, String(decodeTime))
      passed.set(track, { samples: checked.sample, decodeTime })
      rows.push(checked)
    }
    checkOverlaps(rows)
  }
}

const fail = ({ track, sample }: CheckedRow, expected: string, found: string): never => {
  throw new PipelineError({ type: 'VerificationFailed', track, sample, expected, found })
}

const placeOf = ({ inside: { columns }, row }: CheckedRow): { readonly from: number; readonly to: number } => {
  const from = columns.offset[row] ?? 0
  return { from, to: from + (columns.size[row] ?? 0) }
}

const checkPlace = (checked: CheckedRow): void => {
  const { from, to } = placeOf(checked)
  const { length } = checked.inside.lease.bytes
  if (to > length) fail(checked, `bytes within the ${String(length)} of the lease`, `bytes ${String(from)} to ${String(to)}`)
}

/** Rows lie in order as a rule, and need no sorting then. */
const checkOverlaps = (rows: ReadonlyArray<CheckedRow>): void => {
  const placed = rows.map((checked) => ({ checked, ...placeOf(checked) })).filter(({ from, to }) => to > from)
  if (placed.some(({ from }, index) => from < (placed[index - 1]?.from ?? 0))) placed.sort((a, b) => a.from - b.from)
  placed.forEach(({ checked, from }, index) => {
    const end = placed[index - 1]?.to ?? 0
    if (from < end) fail(checked, 'bytes of its own', `an overlap of ${String(end - from)}`)
  })
}

const checkRanges = (checked: CheckedRow): void => {
  const { columns } = checked.inside
  const first = columns.firstRange[checked.row] ?? 0
  const end = columns.firstRange[checked.row + 1] ?? 0
  if (end === first) return
  if (end < first) fail(checked, 'ranges in the order of the rows', 'ranges that go back')
  let sum = 0
  for (let range = first; range < end; range += 1) sum += (columns.clear[range] ?? 0) + (columns.protected[range] ?? 0)
  const size = columns.size[checked.row] ?? 0
  if (sum !== size) fail(checked, `ranges of ${String(size)} bytes`, `ranges of ${String(sum)}`)
}

const checkScheme = (checked: CheckedRow, { schemes, allowDeclaredClear = false }: ExpectedSamples): void => {
  const { inside, row } = checked
  const scheme = inside.columns.scheme[row] ?? SCHEME_NONE
  const found = schemeName(scheme)
  if (inside.state === 'clear') {
    if (scheme !== SCHEME_NONE) fail(checked, 'no protection of clear media', found)
  } else if (scheme === SCHEME_NONE) {
    if (!allowDeclaredClear) fail(checked, 'protection', found)
  } else if (schemes !== undefined && !(schemes as ReadonlySet<string>).has(found)) {
    fail(checked, [...schemes].join(' or '), found)
  }
}
