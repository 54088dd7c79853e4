import type { MadeScheme } from '../media/made-scheme'
import { travelling, type MadeSample, type MadeUnit } from '../media/made-media'

/** Blocks that a scheme protects and leaves alone in turn. */
export interface MadePattern {
  readonly crypt: number
  readonly skip: number
}

/** Clear bytes, then protected ones. */
export type ExpectedRange = readonly [clear: number, covered: number]

/** Bytes from one place up to another. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

const BLOCK = 16
const LENGTH_BYTES = 4

/**
 * The clear and protected runs of a sample in MP4, told from how it was made and from ISO/IEC 23001-7, never by reading it:
 * lengths, NAL unit headers, slice headers and whatever is no slice are clear. Under `cenc`, `cens` and `cbc1` what is
 * protected are whole blocks, and what is left over stays clear with the header; under `cbcs` all slice data count. Nothing for sound,
 * which is protected whole.
 *
 * @source ISO/IEC 23001-7:2023, 9.5.2, 10.1 to 10.4
 */
export const expectedRanges = (sample: MadeSample, scheme: MadeScheme): ReadonlyArray<ExpectedRange> | undefined => {
  const units = travelling(sample)
  if (units === undefined) return undefined
  const ranges: Array<[clear: number, covered: number]> = []
  let clear = 0
  for (const unit of units) {
    const covered = coveredOf(unit, scheme)
    clear += LENGTH_BYTES + unit.bytes.length - covered
    if (covered === 0) continue
    ranges.push([clear, covered])
    clear = 0
  }
  return clear === 0 ? ranges : [...ranges, [clear, 0]]
}

const coveredOf = ({ bytes, header, role }: MadeUnit, scheme: MadeScheme): number => {
  if (role !== 'slice') return 0
  const data = bytes.length - header
  return scheme === 'cbcs' ? data : data - (data % BLOCK)
}

/** What lies on a sample, without its key. */
export interface RangedCover {
  readonly scheme: MadeScheme
  /** None: all of the sample. */
  readonly ranges: ReadonlyArray<ExpectedRange> | undefined
  readonly pattern?: MadePattern | undefined
}

/**
 * The bytes of a sample that a scheme enciphers: of each protected run the blocks of the pattern, of a sample that is protected
 * whole all of it, as far as the cipher works on parts of a block.
 *
 * @param size bytes of the whole sample.
 * @source ISO/IEC 23001-7:2023, 9.6 and 10
 */
export const enciphered = (
  size: number,
  { scheme, ranges, pattern }: RangedCover
): ReadonlyArray<Stretch> => {
  const stretches: Stretch[] = []
  let at = 0
  for (const [clear, covered] of ranges ?? [[0, size]]) {
    at += clear
    stretches.push(...ofRun(at, covered, scheme, pattern))
    at += covered
  }
  return stretches.filter(({ from, to }) => to > from)
}

const ofRun = (at: number, covered: number, scheme: MadeScheme, pattern: MadePattern | undefined): ReadonlyArray<Stretch> => {
  if (scheme === 'none') return []
  if (scheme === 'mce' || scheme === 'cenc' || scheme === 'cocktail') return [{ from: at, to: at + covered }]
  const blocks = Math.floor(covered / BLOCK)
  if (scheme === 'cbc1' || pattern === undefined || pattern.crypt === 0) return [{ from: at, to: at + blocks * BLOCK }]
  const stretches: Stretch[] = []
  for (let block = 0; block < blocks; block += pattern.crypt + pattern.skip) {
    stretches.push({ from: at + block * BLOCK, to: at + Math.min(blocks, block + pattern.crypt) * BLOCK })
  }
  return stretches
}
