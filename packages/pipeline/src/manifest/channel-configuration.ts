import type { PresentationTrack } from './presentation'
import type { XmlElement } from './xml-element'

/** The value is a channel configuration, which up to 6 is the number of channels. @source ISO/IEC 23009-1, 5.8.5.4; ISO/IEC 23003-3 */
const MPEG_AUDIO = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011'
/** The value is the same, and read as a place in the table by players that take the other for a number. @source ISO/IEC 23091-3 */
const CODE_POINTS = 'urn:mpeg:mpegB:cicp:ChannelConfiguration'
/** The value is a channel map, four hexadecimal digits. @source ETSI TS 102 366, I.1.2.1; DASH-IF IOP, 6.3 */
const DOLBY = 'tag:dolby.com,2014:dash:audio_channel_configuration:2011'

/** A layout as its descriptor tells it. */
interface Layout {
  readonly scheme: string
  readonly value: string
}

/** By the number of channels. */
type Layouts = ReadonlyMap<number, Layout>

/** @param same numbers that are their own configuration. @param others numbers with their places in the table. */
const layouts = (same: ReadonlyArray<number>, others: ReadonlyArray<readonly [number, number]> = []): Layouts =>
  new Map<number, Layout>([
    ...same.map((count): [number, Layout] => [count, { scheme: MPEG_AUDIO, value: String(count) }]),
    ...others.map(([count, point]): [number, Layout] => [count, { scheme: CODE_POINTS, value: String(point) }]),
  ])

/** Eight channels are 7.1 with the pair in front or behind. @source ISO/IEC 14496-3, Table 1.19 */
const AAC = layouts([1, 2, 3, 4, 5, 6], [[7, 11]])
/** Four are 2/2, seven 3/3.1, eight 3/2/2.1. @source RFC 7845, 5.1.1.2; RFC 9639, 9.1.3 */
const ORDERED = layouts([1, 2, 3, 5, 6], [[4, 10], [7, 11], [8, 12]])
/** What its channels are stands in a mask of its own; these have one usual meaning. */
const WINDOWS = layouts([1, 2, 6])
const MAPS: ReadonlyMap<number, number> = new Map([[1, 0x4000], [2, 0xa000], [5, 0xf800], [6, 0xf801]])

const LAYOUTS: ReadonlyMap<string, Layouts> = new Map([
  ['mp4a', AAC],
  ['opus', ORDERED],
  ['flac', ORDERED],
  ['wma', WINDOWS],
])
const DOLBY_CODECS: ReadonlySet<string> = new Set(['ac-3', 'ec-3'])
const HEXADECIMAL = 16
const MAP_DIGITS = 4

const descriptor = (schemeIdUri: string, value: string): ReadonlyArray<XmlElement> => [
  { name: 'AudioChannelConfiguration', attributes: { schemeIdUri, value } },
]

/**
 * Which channels a track has, in the scheme that its codec asks for. None where neither the codec nor the number tells them: a
 * wrong layout is worse than none, as the element may be left out.
 */
export const channelConfiguration = ({ audio, codecs }: PresentationTrack): ReadonlyArray<XmlElement> => {
  if (audio === undefined) return []
  const codec = codecs.split('.', 1)[0]?.toLowerCase() ?? ''
  if (DOLBY_CODECS.has(codec)) {
    const map = audio.channelMap ?? MAPS.get(audio.channels)
    return map === undefined ? [] : descriptor(DOLBY, map.toString(HEXADECIMAL).toUpperCase().padStart(MAP_DIGITS, '0'))
  }
  const layout = (LAYOUTS.get(codec) ?? WINDOWS).get(audio.channels)
  return layout === undefined ? [] : descriptor(layout.scheme, layout.value)
}
