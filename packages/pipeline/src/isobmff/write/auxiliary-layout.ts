import type { FragmentCrypto } from './fragment'

const FULL_BOX_HEADER = 12
const SAIZ_MAX = 0xff
/** What stands behind the type of a `uuid` box. */
export const UUID_BYTES = 16
const U16_MAX = 0xffff
const U32_MAX = 0xffff_ffff
/** A u16 for the clear bytes and a u32 for the protected ones. */
const ENTRY_BYTES = 6
const ENTRY_COUNT_BYTES = 2
/** Most bytes that the clear part of one entry can say. */
export const CLEAR_MAX = U16_MAX

/** How long the boxes about a fragment's protection are; 0 for one that is left out. */
export interface AuxiliaryLayout {
  readonly saizBytes: number
  readonly saioBytes: number
  /** The offset in `saio` has 64 bits. */
  readonly longOffset: boolean
  readonly sencBytes: number
  /** Bytes that `senc` holds for each sample, or 0 when they differ. */
  readonly sampleBytes: number
}

/** How many entries a clear run needs: long ones are split, with nothing protected in between. */
export const entriesOf = (clear: number): number => (clear > CLEAR_MAX ? Math.ceil(clear / CLEAR_MAX) : 1)

/** Entries in `senc` for one sample; 0 when samples have no runs. */
export const entryCount = ({ subsamples }: FragmentCrypto, sample: number): number => {
  if (subsamples === undefined) return 0
  const end = subsamples.first[sample + 1] ?? 0
  let entries = 0
  for (let run = subsamples.first[sample] ?? end; run < end; run += 1) {
    const clear = subsamples.clear[run]
    const covered = subsamples.protected[run]
    if (!(clear !== undefined && covered !== undefined && clear >= 0 && covered >= 0 && covered <= U32_MAX)) {
      throw new RangeError(`run ${run} of the subsamples is missing or too large`)
    }
    entries += entriesOf(clear)
  }
  if (entries > U16_MAX) throw new RangeError(`sample ${sample} has more than 65535 subsample entries`)
  return entries
}

/** Bytes of one sample in `senc`: its IV and its entries with their count. */
export const auxiliarySize = (crypto: FragmentCrypto, sample: number): number =>
  crypto.ivSize +
  (crypto.subsamples === undefined ? 0 : ENTRY_COUNT_BYTES + ENTRY_BYTES * entryCount(crypto, sample))

/**
 * Counts the bytes of `saiz`, `saio` and `senc`. With a constant IV and samples protected whole nothing is
 * known of single samples: `senc` then has only their count, which one decryptor in the field needs
 * (Bento4 leaves the samples as they are without it).
 *
 * @param longOffset the place of `senc` may need 64 bits.
 * @source ISO/IEC 23001-7, 7.2; ISO/IEC 14496-12, 8.7.8 and 8.7.9
 */
export const auxiliaryLayout = (crypto: FragmentCrypto, count: number, longOffset = false): AuxiliaryLayout => {
  if (crypto.ivs.length < count * crypto.ivSize) throw new RangeError('an IV is missing')
  let sum = 0
  let largest = 0
  let same = true
  const first = auxiliarySize(crypto, 0)
  for (let sample = 0; sample < count; sample += 1) {
    const bytes = auxiliarySize(crypto, sample)
    sum += bytes
    largest = Math.max(largest, bytes)
    same &&= bytes === first
  }
  const indexed = largest > 0 && largest <= SAIZ_MAX
  return {
    saizBytes: indexed ? FULL_BOX_HEADER + 5 + (same ? 0 : count) : 0,
    saioBytes: indexed ? FULL_BOX_HEADER + (longOffset ? 12 : 8) : 0,
    longOffset,
    sencBytes: FULL_BOX_HEADER + (crypto.isPiff === true ? UUID_BYTES : 0) + 4 + sum,
    sampleBytes: same ? first : 0,
  }
}
