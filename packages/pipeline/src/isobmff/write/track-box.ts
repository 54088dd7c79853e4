import { u32 } from './big-endian'
import { box, fullBox } from './box'
import { editBox, mediaHeaders, trackHeader, type TrackTimes } from './header-boxes'
import type { Mp4Track } from './mp4-track'

/** The media is in this very file. */
const SELF_CONTAINED = 1
/** `vmhd` always has this flag. @source ISO/IEC 14496-12, 12.1.2 */
const VMHD_FLAGS = 1

const mediaInformation = ({ kind }: Mp4Track, sampleTable: Uint8Array): Uint8Array =>
  box(
    'minf',
    kind === 'video' ? fullBox('vmhd', 0, VMHD_FLAGS, new Uint8Array(8)) : fullBox('smhd', 0, 0, new Uint8Array(4)),
    box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, SELF_CONTAINED))),
    sampleTable
  )

/** A track of a header; its sample table, `stbl`, is the last thing in it. @source ISO/IEC 14496-12, 8.3 and 8.4 */
export const trackBox = (track: Mp4Track, times: TrackTimes, sampleTable: Uint8Array): Uint8Array =>
  box(
    'trak',
    trackHeader(track, times),
    ...editBox(track, times),
    box('mdia', ...mediaHeaders(track, times), mediaInformation(track, sampleTable))
  )
