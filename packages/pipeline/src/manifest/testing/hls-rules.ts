import type { HlsPlaylists } from '../build-hls'
import { readPlaylist, unquoted, type PlaylistLine } from './playlist'

type Tag = Extract<PlaylistLine, { readonly tag: string }>
type Lines = ReadonlyArray<PlaylistLine>

/** The playlists of a presentation, read: the master, and the others by the references that lead to them. */
interface Read {
  readonly master: Lines
  readonly media: ReadonlyMap<string, Lines>
}

type Rule = readonly [string, (playlists: Read) => boolean]

const tags = (lines: Lines, name: string): ReadonlyArray<Tag> => lines.filter((line): line is Tag => 'tag' in line && line.tag === name)
const values = (lines: Lines, name: string): ReadonlyArray<string> => tags(lines, name).map(({ value }) => value)
const isUnique = (texts: ReadonlyArray<string>): boolean => new Set(texts).size === texts.length
const everyMedia = ({ media }: Read, holds: (lines: Lines) => boolean): boolean => [...media.values()].every(holds)
const targetOf = (lines: Lines): number => Number(values(lines, 'EXT-X-TARGETDURATION')[0])
const isOnce = (lines: Lines, name: string): boolean => tags(lines, name).length === 1
const keysOf = ({ media }: Read): ReadonlyArray<Tag> => [...media.values()].flatMap((lines) => tags(lines, 'EXT-X-KEY'))
const IDENTITY = ['METHOD', 'URI', 'IV', 'KEYFORMAT', 'KEYFORMATVERSIONS']
const identity = ({ attributes }: Tag): string => JSON.stringify(IDENTITY.map((name) => attributes.get(name)))

/** Bits and seconds of the segments, by their ranges. */
const segmentsOf = (lines: Lines): ReadonlyArray<{ readonly bits: number; readonly seconds: number }> => {
  const sizes = values(lines, 'EXT-X-BYTERANGE').map((range) => 8 * parseInt(range, 10))
  return values(lines, 'EXTINF').map((value, index) => ({ bits: sizes[index] ?? 0, seconds: parseFloat(value) }))
}

/** By brute force over every run, unlike the code under test; 0 where no run has the length. @source RFC 8216, 4.3.4.2 */
const peakOf = (lines: Lines): number => {
  const segments = segmentsOf(lines)
  const target = targetOf(lines)
  const rates = segments.flatMap((_, first) => {
    let [bits, seconds] = [0, 0]
    return segments.slice(first).map((segment) => {
      bits += segment.bits
      seconds += segment.seconds
      return seconds >= target / 2 && seconds <= 1.5 * target ? bits / seconds : 0
    })
  })
  return Math.max(0, ...rates)
}

interface Variant {
  readonly tag: Tag
  readonly uri: string
  /** The playlists that may play beside its own. */
  readonly beside: ReadonlyArray<string>
}

const variantsOf = ({ master }: Read): ReadonlyArray<Variant> =>
  master.flatMap((line, index) => {
    if (!('tag' in line) || line.tag !== 'EXT-X-STREAM-INF') return []
    const next = master[index + 1]
    if (next === undefined || !('uri' in next)) throw new Error('a variant without its URI')
    const group = line.attributes.get('AUDIO')
    const members = tags(master, 'EXT-X-MEDIA').filter(({ attributes }) => attributes.get('GROUP-ID') === group)
    return [{ tag: line, uri: next.uri, beside: members.map(({ attributes }) => unquoted(attributes.get('URI'))) }]
  })

const reachesPeak = (read: Read): boolean =>
  variantsOf(read).every(({ tag, uri, beside }) => {
    const peak = (name: string): number => peakOf(read.media.get(name) ?? [])
    const others = beside.includes(uri) ? 0 : peak(uri)
    return Number(tag.attributes.get('BANDWIDTH')) >= others + Math.max(0, ...beside.map(peak)) - 1
  })

const isKey = ({ attributes }: Tag): boolean =>
  ['SAMPLE-AES', 'SAMPLE-AES-CTR'].includes(attributes.get('METHOD') ?? '') && unquoted(attributes.get('URI')) !== '' &&
  /^0[xX][0-9a-fA-F]{1,32}$/.test(attributes.get('IV') ?? '0x0') &&
  ['KEYFORMAT', 'KEYFORMATVERSIONS'].every((name) => !attributes.has(name) || unquoted(attributes.get(name)) !== '')

const membersAreApart = ({ master }: Read): boolean => {
  const members = tags(master, 'EXT-X-MEDIA').map(({ attributes }) => attributes)
  const chosen = members.filter((attributes) => attributes.get('AUTOSELECT') === 'YES')
  const isSound = (attributes: ReadonlyMap<string, string>): boolean =>
    attributes.get('TYPE') === 'AUDIO' && unquoted(attributes.get('NAME')) !== '' && ['YES', 'NO'].includes(attributes.get('DEFAULT') ?? '') &&
    (attributes.get('DEFAULT') === 'NO' || attributes.get('AUTOSELECT') === 'YES')
  return members.every(isSound) && isUnique(members.map((attributes) => unquoted(attributes.get('NAME')))) &&
    members.filter((attributes) => attributes.get('DEFAULT') === 'YES').length <= 1 &&
    isUnique(chosen.map((attributes) => String(attributes.get('LANGUAGE'))))
}

const isVariant = ({ tag: { attributes } }: Variant): boolean =>
  /^[1-9][0-9]*$/.test(attributes.get('BANDWIDTH') ?? '') && /^[1-9][0-9]*$/.test(attributes.get('AVERAGE-BANDWIDTH') ?? '') &&
  /^[1-9][0-9]*x[1-9][0-9]*$/.test(attributes.get('RESOLUTION') ?? '1x1') && /^[0-9]+(\.[0-9]{1,3})?$/.test(attributes.get('FRAME-RATE') ?? '1') &&
  isUnique(unquoted(attributes.get('CODECS')).split(',')) && Number(attributes.get('AVERAGE-BANDWIDTH')) <= Number(attributes.get('BANDWIDTH'))

const MASTER_TAGS = /^EXT-X-(VERSION|INDEPENDENT-SEGMENTS|SESSION-DATA|SESSION-KEY|MEDIA|STREAM-INF)$/
const MEDIA_TAGS = /^(EXTINF|EXT-X-(VERSION|TARGETDURATION|MEDIA-SEQUENCE|PLAYLIST-TYPE|INDEPENDENT-SEGMENTS|MAP|KEY|BYTERANGE|ENDLIST))$/
const onlyOf = (lines: Lines, pattern: RegExp): boolean => lines.every((line) => !('tag' in line) || pattern.test(line.tag))

const RULES: ReadonlyArray<Rule> = [
  ['4.1: tags of the one kind of playlist do not stand in the other', (read) =>
    onlyOf(read.master, MASTER_TAGS) && everyMedia(read, (lines) => onlyOf(lines, MEDIA_TAGS))],
  ['7: the version is that of EXT-X-MAP at least, and said once', (read) =>
    [read.master, ...read.media.values()].every((lines) => isOnce(lines, 'EXT-X-VERSION') && Number(values(lines, 'EXT-X-VERSION')[0]) >= 6)],
  ['4.3.3.1: no segment, rounded, is longer than the target', (read) =>
    everyMedia(read, (lines) => isOnce(lines, 'EXT-X-TARGETDURATION') && segmentsOf(lines).every(({ seconds }) => Math.round(seconds) <= targetOf(lines)))],
  ['6.2.4: all playlists have one target', ({ media }) => new Set([...media.values()].map(targetOf)).size === 1],
  ['4.3.2.1: each segment has a length, a range and a URI', (read) => everyMedia(read, (lines) => {
    const count = lines.filter((line) => 'uri' in line).length
    return tags(lines, 'EXTINF').length === count && values(lines, 'EXT-X-BYTERANGE').filter((range) => /^[1-9][0-9]*@[0-9]+$/.test(range)).length === count
  })],
  ['4.3.2.5: the header is in the file of the segments', (read) => everyMedia(read, (lines) => {
    const [map] = tags(lines, 'EXT-X-MAP')
    const uri = unquoted(map?.attributes.get('URI'))
    return isOnce(lines, 'EXT-X-MAP') && lines.every((line) => !('uri' in line) || line.uri === uri)
  })],
  ['4.3.2.4: keys have a method of fragmented MP4 and a URI', (read) => keysOf(read).every(isKey)],
  ['4.3.3.4: what is whole says so', (read) =>
    everyMedia(read, (lines) => isOnce(lines, 'EXT-X-ENDLIST') && values(lines, 'EXT-X-PLAYLIST-TYPE')[0] === 'VOD')],
  ['4.3.4.1.1: members of a group are apart', membersAreApart],
  ['4.3.4.2: variants say what they need', (read) => variantsOf(read).length > 0 && variantsOf(read).every(isVariant)],
  ['4.3.4.2: BANDWIDTH is the peak at least', reachesPeak],
  ['4.3.4.2: every playlist is led to, and there', (read) => {
    const led = new Set(variantsOf(read).flatMap(({ uri, beside }) => [uri, ...beside]))
    return led.size === read.media.size && [...led].every((name) => read.media.has(name))
  }],
  ['4.3.4.5: each key once, and none else', (read) => {
    const session = tags(read.master, 'EXT-X-SESSION-KEY').map(identity)
    return isUnique(session) && JSON.stringify([...new Set(keysOf(read).map(identity))].sort()) === JSON.stringify([...session].sort())
  }],
]

const referenceOf = (name: string): string => name.split('/').map(encodeURIComponent).join('/')

/** The rules of RFC 8216 that playlists break. */
export const brokenHlsRules = ({ master, media }: HlsPlaylists): ReadonlyArray<string> => {
  const read = {
    master: readPlaylist(master),
    media: new Map(media.map(({ name, text }) => [referenceOf(name), readPlaylist(text)])),
  }
  return RULES.filter(([, holds]) => !holds(read)).map(([rule]) => rule)
}
