import { ascii, u32 } from '../big-endian'
import { box, joined } from '../box'
import { byteCursor } from '../byte-cursor'
import { auxiliaryLayout } from '../auxiliary-layout'
import { movieHeader, shownDuration, type TrackTimes } from '../header-boxes'
import type { Mp4Track } from '../mp4-track'
import { writeSampleEncryption } from '../sample-encryption'
import { trackBox } from '../track-box'
import { addRun, ledgerCrypto, sampleLedger, type ProgressiveRun, type SampleLedger } from './sample-ledger'
import { sampleTable } from './sample-table'

/** Where the header of a finished file goes. */
export type ProgressiveEnd =
  /** Behind everything that was written. */
  | { readonly type: 'Append'; readonly bytes: Uint8Array }
  /** Over what was kept free at the front. */
  | { readonly type: 'Patch'; readonly at: number; readonly bytes: Uint8Array }

/** A file with one header for all samples, in the making. Media bytes pass by; only tables are held. */
export interface ProgressiveFile {
  /** What the file begins with. */
  readonly start: Uint8Array
  /** Takes note of a run. @returns the header of its box; the caller writes the media bytes right behind. */
  readonly add: (run: ProgressiveRun) => Uint8Array
  /** The header; asked once, when all samples were added. */
  readonly end: () => ProgressiveEnd
}

/** How a file is laid out. */
export interface ProgressiveOptions {
  /** Bytes to be kept free at the front for the header, where the sink can patch; it goes to the end where they are too few. */
  readonly reserve?: number
}

interface Entry {
  readonly track: Mp4Track
  readonly ledger: SampleLedger
}

const BRANDS = ['isom', 'iso6', 'mp41'] as const
const MINOR_VERSION = 512
const MOVIE_TIMESCALE = 1000
const BOX_HEADER = 8
const U32_MAX = 0xffff_ffff

const timesOf = ({ start = 0, end }: SampleLedger): TrackTimes => ({ movieTimescale: MOVIE_TIMESCALE, duration: end - start, start })

/** A track at a byte of the file: where its protection stands is counted from there. */
const trackAt = ({ track, ledger }: Entry, at: number): Uint8Array => {
  const crypto = ledgerCrypto(ledger)
  const count = ledger.sizes.length()
  const layout = crypto && auxiliaryLayout(crypto, count, at > U32_MAX / 2)
  const tailBytes = layout === undefined ? 0 : layout.saizBytes + layout.saioBytes + layout.sencBytes
  const whole = trackBox(track, timesOf(ledger), sampleTable(track, ledger, new Uint8Array(tailBytes)))
  if (crypto === undefined || layout === undefined) return whole
  const cursor = byteCursor(tailBytes)
  const tailAt = whole.length - tailBytes
  writeSampleEncryption(cursor, crypto, count, layout, at + tailAt)
  whole.set(cursor.bytes, tailAt)
  return whole
}

const movieAt = (entries: ReadonlyArray<Entry>, at: number): Uint8Array => {
  const duration = entries.reduce((most, { track, ledger }) => Math.max(most, shownDuration(track, timesOf(ledger))), 0)
  const nextId = 1 + entries.reduce((most, { track }) => Math.max(most, track.trackId), 0)
  const parts = [movieHeader(MOVIE_TIMESCALE, duration, nextId)]
  let next = at + BOX_HEADER + (parts[0]?.length ?? 0)
  for (const entry of entries) {
    const trak = trackAt(entry, next)
    parts.push(trak)
    next += trak.length
  }
  return box('moov', ...parts, ...entries.flatMap(({ track }) => track.pssh))
}

const freeBox = (bytes: number): Uint8Array => box('free', new Uint8Array(bytes - BOX_HEADER))

/**
 * Begins a file whose header lists all samples. Each run becomes a box of media bytes of its own, so that nothing must be patched
 * where the header comes last: such a file can be written to a pipe. Memory grows with the tables only, see {@link SampleLedger};
 * durations and edits of the movie are in milliseconds.
 *
 * @param tracks each with its own ID; their `edit` trims the start as in fragments.
 * @errors members throw `RangeError` for numbers that no box can hold, and for runs that contradict each other.
 * @source ISO/IEC 14496-12, 8; ISO/IEC 23001-7, 7
 */
export const createProgressiveFile = (tracks: ReadonlyArray<Mp4Track>, { reserve = 0 }: ProgressiveOptions = {}): ProgressiveFile => {
  const entries = tracks.map((track): Entry => ({ track, ledger: sampleLedger() }))
  const type = box('ftyp', ascii(BRANDS[0]), u32(MINOR_VERSION), ...BRANDS.map((brand) => ascii(brand)))
  const free = Math.max(reserve, BOX_HEADER)
  const start = reserve > 0 ? joined([type, freeBox(free)]) : type
  let position = start.length
  return {
    start,
    add: (run) => {
      const entry = entries.find(({ track }) => track.trackId === run.trackId)
      if (entry === undefined) throw new RangeError(`no track ${String(run.trackId)}`)
      const bytes = Array.from({ length: run.count }, (_, index) => run.sizes[index] ?? 0).reduce((sum, size) => sum + size, 0)
      addRun(entry.ledger, run, position + BOX_HEADER)
      position += BOX_HEADER + bytes
      return joined([u32(BOX_HEADER + bytes), ascii('mdat')])
    },
    end: () => {
      const behind: ProgressiveEnd = { type: 'Append', bytes: movieAt(entries, position) }
      if (reserve === 0) return behind
      const moov = movieAt(entries, type.length)
      const left = free - moov.length
      if (left !== 0 && left < BOX_HEADER) return behind
      return { type: 'Patch', at: type.length, bytes: left === 0 ? moov : joined([moov, freeBox(left)]) }
    },
  }
}
