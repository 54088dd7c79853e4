import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import { bodyView, u64At } from './box-fields'
import { childOf } from './box-tree'
import type { Box } from './box-tree'
import type { SampleDefaults } from './movie'
import { emptyTally } from './tally'
import type { Tally } from './tally'

/** Fields of `tfhd` in the order in which they stand, with their bytes. @source ISO/IEC 14496-12, 8.8.7 */
const TFHD_FIELDS = [
  { flag: 0x01, bytes: 8, name: 'base' },
  { flag: 0x02, bytes: 4, name: 'description' },
  { flag: 0x08, bytes: 4, name: 'duration' },
  { flag: 0x10, bytes: 4, name: 'size' },
  { flag: 0x20, bytes: 4, name: 'flags' },
] as const
/** Version, flags and track ID. */
const TFHD_FRONT = 8
/** @source ISO/IEC 14496-12, 8.8.8 */
const TRUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const
const COUNT_AT = 4
const FLAGS_MASK = 0xff_ffff
/** `sample_is_non_sync_sample`. @source ISO/IEC 14496-12, 8.8.3.1 */
const NON_SYNC = 0x0001_0000

const NO_DEFAULTS: SampleDefaults = { duration: 0, size: 0, flags: 0 }

const isKey = (flags: number): boolean => (flags & NON_SYNC) === 0

const flagsOf = (view: DataView): number => view.getUint32(0) & FLAGS_MASK

interface TrackFragment {
  readonly id: number
  readonly defaults: SampleDefaults
}

const readTfhd = (
  tfhd: Box,
  movieDefaults: ReadonlyMap<number, SampleDefaults>
): E.Either<MediaFault, TrackFragment> => {
  const front = bodyView(tfhd, TFHD_FRONT)
  if (E.isLeft(front)) return front
  const present = TFHD_FIELDS.filter(({ flag }) => (flagsOf(front.right) & flag) !== 0)
  const body = bodyView(tfhd, present.reduce((sum, { bytes }) => sum + bytes, TFHD_FRONT))
  if (E.isLeft(body)) return body
  const id = body.right.getUint32(4)
  const own: Partial<Record<(typeof TFHD_FIELDS)[number]['name'], number>> = {}
  let at = TFHD_FRONT
  for (const { bytes, name } of present) {
    own[name] = body.right.getUint32(at)
    at += bytes
  }
  const { duration, size, flags } = movieDefaults.get(id) ?? NO_DEFAULTS
  const defaults = { duration: own.duration ?? duration, size: own.size ?? size, flags: own.flags ?? flags }
  return E.right({ id, defaults })
}

interface TrunForm {
  readonly flags: number
  /** Where the samples begin in the body. */
  readonly from: number
  readonly rowBytes: number
}

const trunForm = (flags: number): TrunForm => {
  const set = (...which: ReadonlyArray<number>): number => which.filter((flag) => (flags & flag) !== 0).length
  return {
    flags,
    from: COUNT_AT + 4 + 4 * set(TRUN.dataOffset, TRUN.firstFlags),
    rowBytes: 4 * set(TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition),
  }
}

/** All samples alike: nothing to loop over, whatever the count claims. */
const tallyAlike = (count: number, { duration, size, flags }: SampleDefaults): Tally => ({
  ...emptyTally(),
  samples: count,
  bytes: count * size,
  keyFrames: isKey(flags) ? count : 0,
  duration: count * duration,
})

const tallyRows = (view: DataView, count: number, form: TrunForm, defaults: SampleDefaults): Tally => {
  const sum = emptyTally()
  sum.samples = count
  let at = form.from
  for (let row = 0; row < count; row += 1) {
    const next = (flag: number, value: number): number => {
      if ((form.flags & flag) === 0) return value
      at += 4
      return view.getUint32(at - 4)
    }
    sum.duration += next(TRUN.duration, defaults.duration)
    sum.bytes += next(TRUN.size, defaults.size)
    if (isKey(next(TRUN.flags, defaults.flags))) sum.keyFrames += 1
    next(TRUN.composition, 0)
  }
  return sum
}

/** The first sample may have flags of its own, when the others have none. */
const firstSampleCorrection = (view: DataView, count: number, form: TrunForm, defaults: SampleDefaults): number => {
  if (count === 0 || (form.flags & TRUN.firstFlags) === 0 || (form.flags & TRUN.flags) !== 0) return 0
  const own = isKey(view.getUint32(form.from - 4))
  return Number(own) - Number(isKey(defaults.flags))
}

const tallyTrun = (trun: Box, defaults: SampleDefaults): E.Either<MediaFault, Tally> => {
  const front = bodyView(trun, COUNT_AT + 4)
  if (E.isLeft(front)) return front
  const form = trunForm(flagsOf(front.right))
  const body = bodyView(trun, form.from)
  if (E.isLeft(body)) return body
  const stated = body.right.getUint32(COUNT_AT)
  const correction = firstSampleCorrection(body.right, stated, form, defaults)
  const withFirst = (sum: Tally): Tally => ({ ...sum, keyFrames: sum.keyFrames + correction })
  if (form.rowBytes === 0) return E.right(withFirst(tallyAlike(stated, defaults)))
  const whole = bodyView(trun, form.from + stated * form.rowBytes)
  return E.map((view: DataView) => withFirst(tallyRows(view, stated, form, defaults)))(whole)
}

/** `tfdt`: where the fragment begins; undefined where it does not say. */
const readStart = (tfdt: Box | undefined): E.Either<MediaFault, number | undefined> => {
  if (tfdt === undefined) return E.right(undefined)
  const long = tfdt.body[0] === 1
  return E.map((view: DataView) => (long ? u64At(view, 4) : view.getUint32(4)))(bodyView(tfdt, long ? 12 : 8))
}

const addRun = (tally: Tally, run: Tally): void => {
  tally.samples += run.samples
  tally.bytes += run.bytes
  tally.keyFrames += run.keyFrames
  tally.duration += run.duration
  tally.end += run.duration
}

/**
 * Adds the samples of a track fragment to what was counted of its track.
 *
 * @param tallyOf The count of a track, by its ID; asked once.
 * @errors `MalformedMedia` for a run that claims more samples than its box has.
 */
export const addTrackFragment = (
  traf: Box,
  movieDefaults: ReadonlyMap<number, SampleDefaults>,
  tallyOf: (id: number, at: number) => Tally
): E.Either<MediaFault, void> => {
  const tfhd = childOf(traf, 'tfhd')
  if (tfhd === undefined) return E.right(undefined)
  const fragment = readTfhd(tfhd, movieDefaults)
  if (E.isLeft(fragment)) return fragment
  const start = readStart(childOf(traf, 'tfdt'))
  if (E.isLeft(start)) return start
  const tally = tallyOf(fragment.right.id, traf.at)
  if (start.right !== undefined) {
    tally.start = Math.min(tally.start ?? start.right, start.right)
    tally.end = start.right
  }
  for (const trun of traf.children.filter((box) => box.type === 'trun')) {
    const run = tallyTrun(trun, fragment.right.defaults)
    if (E.isLeft(run)) return run
    addRun(tally, run.right)
  }
  return E.right(undefined)
}
