import { ascii, u32 } from './big-endian'
import { box, fullBox, joined } from './box'
import { beforeFragments, movieHeader } from './header-boxes'
import type { Mp4Track } from './mp4-track'
import { sampleEntryBox } from './sample-entry-box'
import { trackBox } from './track-box'

/**
 * What the file can be read as, the most general first.
 *
 * @source ISO/IEC 23000-19, 7.2 (cmfc); ISO/IEC 14496-12, annex E
 */
const BRANDS = ['iso6', 'cmfc', 'mp41'] as const
const MINOR_VERSION = 1
const FIRST_ENTRY = 1

const fileType = (): Uint8Array =>
  box('ftyp', ascii(BRANDS[0]), u32(MINOR_VERSION), ...BRANDS.map((brand) => ascii(brand)))

/** All tables empty: the samples are told of in the fragments. */
const sampleTable = (track: Mp4Track): Uint8Array =>
  box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntryBox(track)),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0))
  )

/**
 * The header of a fragmented file with one track: `ftyp` and `moov`. Fragments follow right behind.
 *
 * @errors Throws `RangeError` for a track that contradicts itself, such as video without a size.
 * @source ISO/IEC 14496-12, 8; ISO/IEC 23000-19 (CMAF), 7.3
 */
export const buildInit = (track: Mp4Track): Uint8Array =>
  joined([
    fileType(),
    box(
      'moov',
      movieHeader(track.timescale, 0, track.trackId + 1),
      trackBox(track, beforeFragments(track), sampleTable(track)),
      box('mvex', fullBox('trex', 0, 0, u32(track.trackId, FIRST_ENTRY, 0, 0, 0))),
      ...track.pssh
    ),
  ])
