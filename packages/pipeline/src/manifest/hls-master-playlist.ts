import { hlsAverageBandwidth, hlsBandwidth } from './bandwidth'
import { fileReference } from './file-reference'
import { AUDIO_GROUP, audioGroupLines, type NamedTrack } from './hls-audio-group'
import { sessionKeys } from './hls-keys'
import { HLS_VERSION, targetDuration } from './hls-media-playlist'
import { hlsTag, plain, quotable, quoted } from './hls-tag'
import { languageTag } from './language-tag'
import type { HlsAttribute, Presentation, PresentationVideo } from './presentation'

/** What leads to a playlist: a picture with the sounds beside it, or a sound. */
interface Variant {
  readonly main: NamedTrack
  /** Members of its group. */
  readonly group: ReadonlyArray<NamedTrack>
}

/** Under which players look for a title. */
const TITLE = 'com.apple.hls.title'
const FRAME_RATE_DECIMALS = 3

const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)]

const highest = (rates: ReadonlyArray<number>): number => rates.reduce((most, rate) => Math.max(most, rate), 0)

/** The size at which pictures are to be shown, whatever shape their samples have. @source RFC 8216, 4.3.4.2 */
const pictureAttributes = ({ width, height, sampleAspect, frameRate }: PresentationVideo): ReadonlyArray<HlsAttribute> => {
  const shown = sampleAspect === undefined ? width : Math.round((width * sampleAspect.numerator) / sampleAspect.denominator)
  return [
    ...(shown > 0 && height > 0 ? [plain('RESOLUTION', `${shown}x${height}`)] : []),
    ...(frameRate === undefined
      ? []
      : [plain('FRAME-RATE', (frameRate.numerator / frameRate.denominator).toFixed(FRAME_RATE_DECIMALS))]),
  ]
}

/** Rates and codecs count the variant's own track and the most demanding member of its group beside it. */
const streamAttributes = ({ main, group }: Variant, target: number): ReadonlyArray<HlsAttribute> => {
  const { track } = main
  const all = [main, ...group].map((member) => member.track)
  // A sound that leads a group is one of its members: of those only one is played.
  const parts = group.includes(main) ? [all] : [[track], group.map((member) => member.track)]
  const sum = (rateOf: (one: typeof track) => number): number =>
    parts.reduce((total, members) => total + highest(members.map(rateOf)), 0)
  return [
    plain('BANDWIDTH', sum((one) => hlsBandwidth(one, target))),
    plain('AVERAGE-BANDWIDTH', sum(hlsAverageBandwidth)),
    quoted('CODECS', distinct(all.map(({ codecs }) => codecs)).join(',')),
    ...(track.video === undefined ? [] : pictureAttributes(track.video)),
    ...(group.length === 0 ? [] : [quoted('AUDIO', AUDIO_GROUP)]),
  ]
}

/** Variants are the same content: pictures, or sounds of one language. Sounds of several languages are a group. */
const variantsOf = (tracks: ReadonlyArray<NamedTrack>): ReadonlyArray<Variant> => {
  const video = tracks.filter(({ track }) => track.kind === 'video')
  const audio = tracks.filter(({ track }) => track.kind === 'audio')
  if (video.length > 0) return video.map((main) => ({ main, group: audio }))
  const languages = new Set(audio.map(({ track }) => languageTag(track.language)))
  return languages.size > 1 ? audio.slice(0, 1).map((main) => ({ main, group: audio })) : audio.map((main) => ({ main, group: [] }))
}

const titleLines = (title: string | undefined): ReadonlyArray<string> =>
  title === undefined ? [] : [hlsTag('EXT-X-SESSION-DATA', [quoted('DATA-ID', TITLE), quoted('VALUE', quotable(title))])]

/**
 * The playlist that leads to those of the tracks: each video track a variant with all audio tracks as its group. Without video,
 * each audio track is a variant, or the first with all as its group where they have several languages.
 *
 * @source RFC 8216, 4.3.4
 */
export const hlsMasterPlaylist = (named: ReadonlyArray<NamedTrack>, { title }: Pick<Presentation, 'title'>): string => {
  const tracks = named.map(({ track }) => track)
  const variants = variantsOf(named)
  const target = targetDuration(tracks)
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...titleLines(title),
    ...sessionKeys(tracks).map((attributes) => hlsTag('EXT-X-SESSION-KEY', attributes)),
    ...audioGroupLines(variants[0]?.group ?? []),
    ...variants.flatMap((variant) => [
      hlsTag('EXT-X-STREAM-INF', streamAttributes(variant, target)),
      fileReference(variant.main.name),
    ]),
    '',
  ].join('\n')
}
