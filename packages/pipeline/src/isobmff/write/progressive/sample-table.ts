import { u32, u64 } from '../big-endian'
import { box, fullBox } from '../box'
import type { Mp4Track } from '../mp4-track'
import { sampleEntryBox } from '../sample-entry-box'
import type { SampleLedger } from './sample-ledger'

const U32_MAX = 0xffff_ffff
const FIRST_ENTRY = 1

/** Big-endian bytes of a column. */
const bytesOf = (values: Uint32Array): Uint8Array => {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => view.setUint32(4 * index, value))
  return bytes
}

const counted = (rows: Uint32Array, perRow: number): ReadonlyArray<Uint8Array> => [u32(rows.length / perRow), bytesOf(rows)]

/** Chunks of as many samples as the one before are left out. */
const chunkRows = (samples: Uint32Array): Uint32Array => {
  const rows: number[] = []
  samples.forEach((count, chunk) => {
    if (count !== samples[chunk - 1]) rows.push(chunk + 1, count, FIRST_ENTRY)
  })
  return Uint32Array.from(rows)
}

const chunkOffsets = (offsets: ReadonlyArray<number>): Uint8Array =>
  offsets.every((offset) => offset <= U32_MAX)
    ? fullBox('stco', 0, 0, ...counted(Uint32Array.from(offsets), 1))
    : fullBox('co64', 0, 0, u32(offsets.length), ...offsets.map((offset) => u64(offset)))

/** One size for all where all have the same. @source ISO/IEC 14496-12, 8.7.3 */
const sampleSizes = (sizes: Uint32Array): Uint8Array => {
  const [first = 0] = sizes
  const alike = first > 0 && sizes.every((size) => size === first)
  return alike ? fullBox('stsz', 0, 0, u32(first, sizes.length)) : fullBox('stsz', 0, 0, u32(0, sizes.length), bytesOf(sizes))
}

const compositions = ({ compositions: column, hasNegative }: SampleLedger): ReadonlyArray<Uint8Array> => {
  const rows = column.rows()
  const isPlain = rows.length === 0 || (rows.length === 2 && rows[1] === 0)
  return isPlain ? [] : [fullBox('ctts', hasNegative ? 1 : 0, 0, ...counted(rows, 2))]
}

/** Left out where every sample is a sync sample. @source ISO/IEC 14496-12, 8.6.2 */
const syncSamples = ({ syncs, sizes }: SampleLedger): ReadonlyArray<Uint8Array> =>
  syncs.length() === sizes.length() ? [] : [fullBox('stss', 0, 0, ...counted(syncs.values(), 1))]

/**
 * `stbl`, told of what stands at its end.
 *
 * @param tail boxes about the protection of the samples.
 * @source ISO/IEC 14496-12, 8.5 to 8.7
 */
export const sampleTable = (track: Mp4Track, ledger: SampleLedger, tail: Uint8Array): Uint8Array =>
  box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntryBox(track)),
    fullBox('stts', 0, 0, ...counted(ledger.durations.rows(), 2)),
    ...compositions(ledger),
    ...syncSamples(ledger),
    fullBox('stsc', 0, 0, ...counted(chunkRows(ledger.chunkSamples.values()), 3)),
    sampleSizes(ledger.sizes.values()),
    chunkOffsets(ledger.chunkOffsets),
    tail
  )
