import type { Fragment, FragmentCrypto } from '../fragment'
import { numberColumn, runColumn, type NumberColumn, type RunColumn } from './number-column'

/** Samples of one track that lie one behind the other in the file. */
export type ProgressiveRun = Omit<Fragment, 'sequence'>

/**
 * What the table of a track will say. Grows with the samples: 4 bytes for each size, 8 for each change of a duration or a
 * composition offset, 4 for each sync sample, 8 for each run, and what `senc` holds.
 */
export interface SampleLedger {
  readonly sizes: NumberColumn
  readonly durations: RunColumn
  readonly compositions: RunColumn
  readonly syncs: NumberColumn
  /** Samples in each run. */
  readonly chunkSamples: NumberColumn
  /** Byte offsets in the file, which may need more than 32 bits. */
  readonly chunkOffsets: number[]
  readonly ivs: Uint8Array[]
  readonly firstRanges: NumberColumn
  readonly clear: NumberColumn
  readonly covered: NumberColumn
  ivSize: FragmentCrypto['ivSize'] | undefined
  hasRanges: boolean
  hasNegative: boolean
  /** Decode time of the first sample; undefined before it. */
  start: number | undefined
  /** Decode time at which the last sample ends, and how long that lasts. */
  end: number
  lastDuration: number
}

/** An empty table. */
export const sampleLedger = (): SampleLedger => ({
  sizes: numberColumn(),
  durations: runColumn(),
  compositions: runColumn(),
  syncs: numberColumn(),
  chunkSamples: numberColumn(),
  chunkOffsets: [],
  ivs: [],
  firstRanges: numberColumn(),
  clear: numberColumn(),
  covered: numberColumn(),
  ivSize: undefined,
  hasRanges: false,
  hasNegative: false,
  start: undefined,
  end: 0,
  lastDuration: 0,
})

/** The last sample lasts up to where the next run begins, whatever it was said to. */
const meet = (ledger: SampleLedger, begins: number): void => {
  if (ledger.start === undefined) {
    ledger.start = begins
    ledger.end = begins
    return
  }
  const gap = begins - ledger.end
  if (gap === 0) return
  ledger.lastDuration += gap
  if (ledger.lastDuration < 0) throw new RangeError('a run begins before the last sample does')
  ledger.durations.replaceLast(ledger.lastDuration)
  ledger.end = begins
}

const addCrypto = (ledger: SampleLedger, { ivSize, ivs, subsamples }: FragmentCrypto, count: number): void => {
  if (ledger.ivSize !== undefined && ledger.ivSize !== ivSize) throw new RangeError('the IVs of a track have one size')
  ledger.ivSize = ivSize
  ledger.ivs.push(ivs.slice(0, count * ivSize))
  ledger.hasRanges ||= subsamples !== undefined
  for (let sample = 0; sample < count; sample += 1) {
    ledger.firstRanges.push(ledger.clear.length())
    const end = subsamples?.first[sample + 1] ?? 0
    for (let run = subsamples?.first[sample] ?? 0; run < end; run += 1) {
      ledger.clear.push(subsamples?.clear[run] ?? 0)
      ledger.covered.push(subsamples?.protected[run] ?? 0)
    }
  }
}

const addSample = (ledger: SampleLedger, run: ProgressiveRun, index: number): void => {
  const duration = run.durations[index] ?? 0
  const composition = run.compositionOffsets?.[index] ?? 0
  ledger.sizes.push(run.sizes[index] ?? 0)
  ledger.durations.push(duration)
  ledger.compositions.push(composition)
  ledger.hasNegative ||= composition < 0
  if (run.sync[index] === 1) ledger.syncs.push(ledger.sizes.length())
  ledger.end += duration
  ledger.lastDuration = duration
}

/**
 * Adds a run that begins at a byte of the file.
 *
 * @errors Throws `RangeError` for a run that goes back in time, or whose protection has another form than that before.
 */
export const addRun = (ledger: SampleLedger, run: ProgressiveRun, at: number): void => {
  const isSealed = ledger.ivSize !== undefined
  if (ledger.sizes.length() > 0 && isSealed !== (run.crypto !== undefined)) throw new RangeError('some samples have no protection')
  meet(ledger, run.baseDecodeTime)
  for (let index = 0; index < run.count; index += 1) addSample(ledger, run, index)
  ledger.chunkSamples.push(run.count)
  ledger.chunkOffsets.push(at)
  if (run.crypto !== undefined) addCrypto(ledger, run.crypto, run.count)
}

/** The protection of all samples as one run, nothing where they are clear. */
export const ledgerCrypto = ({ ivSize, ivs, hasRanges, firstRanges, clear, covered }: SampleLedger): FragmentCrypto | undefined => {
  if (ivSize === undefined) return undefined
  const first = new Uint32Array(firstRanges.length() + 1)
  first.set(firstRanges.values())
  first[firstRanges.length()] = clear.length()
  const subsamples = { first, clear: clear.values(), protected: covered.values() }
  return { ivSize, ivs: Buffer.concat(ivs), ...(hasRanges && { subsamples }) }
}
