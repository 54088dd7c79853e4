import { averageBandwidth, peakBandwidth } from './bandwidth'
import { fileReference } from './file-reference'
import { HLS_VERSION } from './hls-media-playlist'
import { hlsTag, plain, quoted } from './hls-tag'
import type { HlsAttribute, PresentationTrack } from './presentation'

/** A track and the name of its playlist. */
export interface NamedTrack {
  readonly name: string
  readonly track: PresentationTrack
}

const AUDIO_GROUP = 'audio'

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)]

const highest = (rates: ReadonlyArray<number>): number => rates.reduce((most, rate) => Math.max(most, rate), 0)

/** No two members of a group may have the same name. @source RFC 8216, 4.3.4.1.1 */
const memberName = (audio: ReadonlyArray<NamedTrack>, index: number): string => {
  const label = (track: PresentationTrack | undefined): string => track?.language ?? 'audio'
  const own = label(audio[index]?.track)
  const before = audio.slice(0, index).filter(({ track }) => label(track) === own).length
  return before === 0 ? own : `${own} ${before + 1}`
}

const mediaLine = (audio: ReadonlyArray<NamedTrack>, { name, track }: NamedTrack, index: number): string =>
  hlsTag('EXT-X-MEDIA', [
    plain('TYPE', 'AUDIO'),
    quoted('GROUP-ID', AUDIO_GROUP),
    quoted('NAME', memberName(audio, index)),
    ...(track.language === undefined ? [] : [quoted('LANGUAGE', track.language)]),
    plain('DEFAULT', index === 0 ? 'YES' : 'NO'),
    plain('AUTOSELECT', 'YES'),
    ...(track.audio === undefined ? [] : [quoted('CHANNELS', String(track.audio.channels))]),
    quoted('URI', fileReference(name)),
  ])

/** Rates and codecs count the variant's own track and the most demanding member of its audio group. */
const streamAttributes = (
  { track }: NamedTrack,
  audio: ReadonlyArray<NamedTrack>
): ReadonlyArray<HlsAttribute> => [
  plain('BANDWIDTH', peakBandwidth(track) + highest(audio.map((member) => peakBandwidth(member.track)))),
  plain('AVERAGE-BANDWIDTH', averageBandwidth(track) + highest(audio.map((member) => averageBandwidth(member.track)))),
  quoted('CODECS', distinct([track.codecs, ...audio.map((member) => member.track.codecs)]).join(',')),
  ...(track.video === undefined ? [] : [plain('RESOLUTION', `${track.video.width}x${track.video.height}`)]),
  ...(audio.length === 0 ? [] : [quoted('AUDIO', AUDIO_GROUP)]),
]

const streamLines = (variant: NamedTrack, audio: ReadonlyArray<NamedTrack>): ReadonlyArray<string> => [
  hlsTag('EXT-X-STREAM-INF', streamAttributes(variant, audio)),
  fileReference(variant.name),
]

/**
 * The playlist that leads to those of the tracks: each video track a variant with all audio tracks as its group;
 * without video, each audio track a variant.
 *
 * @source RFC 8216, 4.3.4
 */
export const hlsMasterPlaylist = (tracks: ReadonlyArray<NamedTrack>): string => {
  const video = tracks.filter(({ track }) => track.kind === 'video')
  const audio = tracks.filter(({ track }) => track.kind === 'audio')
  const group = video.length === 0 ? [] : audio
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...group.map((member, index) => mediaLine(group, member, index)),
    ...(video.length === 0 ? audio : video).flatMap((variant) => streamLines(variant, group)),
    '',
  ].join('\n')
}
