import { readXml, type XmlElement } from '@custody/core/encoding'
import * as E from 'fp-ts/Either'

/** A rule with its place in the standard, and what breaks it in an MPD. */
type Rule = readonly [string, (mpd: XmlElement) => boolean]

const all = (element: XmlElement, name: string): ReadonlyArray<XmlElement> =>
  element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)])
const own = ({ children }: XmlElement, name: string): ReadonlyArray<XmlElement> => children.filter((child) => child.name === name)
const at = ({ attributes }: XmlElement, name: string): string => attributes.get(name) ?? ''
const isUnique = (values: ReadonlyArray<string>): boolean => new Set(values).size === values.length
const isWhole = (text: string): boolean => /^(0|[1-9][0-9]*)$/.test(text)
const isAboveZero = (text: string): boolean => isWhole(text) && text !== '0'
const secondsOf = (text: string): number => Number(/^PT([0-9]+(?:\.[0-9]+)?)S$/.exec(text)?.[1] ?? Number.NaN)

/** Children in the order of the schema; those that are not named may not stand there. */
const isOrdered = ({ children }: XmlElement, order: ReadonlyArray<string>): boolean => {
  const places = children.map(({ name }) => order.indexOf(name))
  return places.every((place, index) => place >= 0 && place >= (places[index - 1] ?? 0))
}

interface Segment {
  readonly from: number
  readonly to: number
  readonly start: number
  readonly duration: number
}

const rangeOf = (text: string): readonly [number, number] => {
  const [, from, to] = /^([0-9]+)-([0-9]+)$/.exec(text) ?? []
  return [Number(from), Number(to)]
}

/** Segments with their bytes and their seconds. @source ISO/IEC 23009-1, 5.3.9.6 */
const segmentsOf = (list: XmlElement): ReadonlyArray<Segment> => {
  const timescale = Number(at(list, 'timescale'))
  let next = 0
  const times = all(list, 'S').flatMap((run) => {
    const [d, r] = [Number(at(run, 'd')), Number(at(run, 'r'))]
    if (run.attributes.has('t')) next = Number(at(run, 't'))
    const starts = Array.from({ length: r + 1 }, (_, index) => next + index * d)
    next += (r + 1) * d
    return starts.map((start) => ({ start: start / timescale, duration: d / timescale }))
  })
  return own(list, 'SegmentURL').map((url, index) => {
    const [from, to] = rangeOf(at(url, 'mediaRange'))
    return { from, to, ...(times[index] ?? { start: Number.NaN, duration: Number.NaN }) }
  })
}

const ROUNDING = 1e-6

const timesFit = (mpd: XmlElement): boolean =>
  all(mpd, 'SegmentList').every((list) => {
    const segments = segmentsOf(list)
    const end = secondsOf(at(mpd, 'mediaPresentationDuration'))
    return segments.every(({ start, duration }, index) => {
      const before = segments[index - 1]
      const from = before === undefined ? 0 : before.start + before.duration - ROUNDING
      return duration > 0 && start >= from && start + duration <= end + ROUNDING
    })
  })

/** Every way to begin, every segment behind it: by brute force, unlike the code under test. */
const neverWaits = (mpd: XmlElement): boolean =>
  all(mpd, 'Representation').every((representation) => {
    const segments = all(representation, 'SegmentList').flatMap(segmentsOf)
    const [rate, buffer] = [Number(at(representation, 'bandwidth')), secondsOf(at(mpd, 'minBufferTime'))]
    return segments.every((_, first) => {
      let bits = 0
      let played = 0
      return segments.slice(first).every(({ from, to, duration }) => {
        bits += 8 * (to - from + 1)
        const isThere = bits <= rate * (buffer + played) + ROUNDING * bits
        played += duration
        return isThere
      })
    })
  })

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const MP4_PROTECTION = 'urn:mpeg:dash:mp4protection:2011'

const isSystems = (descriptor: XmlElement): boolean => {
  const system = /^urn:uuid:(.*)$/.exec(at(descriptor, 'schemeIdUri'))?.[1] ?? ''
  return UUID.test(system) && own(descriptor, 'cenc:pssh').every(({ text }) => {
    const box = Buffer.from(text, 'base64')
    return box.toString('base64') === text && box.readUInt32BE(0) === box.length && box.toString('latin1', 4, 8) === 'pssh' &&
      box.toString('hex', 12, 28) === system.replaceAll('-', '')
  })
}

const CHANNELS: Readonly<Record<string, RegExp>> = {
  'urn:mpeg:dash:23003:3:audio_channel_configuration:2011': /^[1-6]$/,
  'urn:mpeg:mpegB:cicp:ChannelConfiguration': /^(1[0-9]|20|[1-79])$/,
  'tag:dolby.com,2014:dash:audio_channel_configuration:2011': /^[0-9A-F]{4}$/,
}

const sets = (mpd: XmlElement): ReadonlyArray<XmlElement> => all(mpd, 'AdaptationSet')
const each = (mpd: XmlElement, name: string, holds: (element: XmlElement) => boolean): boolean => all(mpd, name).every(holds)
const isAbsentOr = (element: XmlElement, name: string, pattern: RegExp): boolean =>
  !element.attributes.has(name) || pattern.test(at(element, name))

const RULES: ReadonlyArray<Rule> = [
  ['5.2.1: the root is MPD in the namespace of DASH', (mpd) => mpd.name === 'MPD' && at(mpd, 'xmlns') === 'urn:mpeg:dash:schema:mpd:2011'],
  ['5.3.1.2: profiles are said', (mpd) => /^urn:mpeg:dash:profile:\S+$/.test(at(mpd, 'profiles'))],
  ['5.3.1.2: a static presentation says how long it is', (mpd) => at(mpd, 'type') === 'static' && secondsOf(at(mpd, 'mediaPresentationDuration')) >= 0],
  ['5.3.1.2: minBufferTime is said', (mpd) => secondsOf(at(mpd, 'minBufferTime')) > 0],
  ['5.3.1.3: information before periods, of which there is one', (mpd) => isOrdered(mpd, ['ProgramInformation', 'Period']) && own(mpd, 'Period').length > 0],
  ['5.3.3.3: descriptors before representations', (mpd) =>
    each(mpd, 'AdaptationSet', (set) => isOrdered(set, ['ContentProtection', 'Role', 'Representation']))],
  ['5.3.3.2: ids of sets are apart', (mpd) => isUnique(sets(mpd).map((set) => at(set, 'id')))],
  ['5.3.3.2: the type of content is that of the MIME type', (mpd) =>
    sets(mpd).every((set) => at(set, 'mimeType').startsWith(`${at(set, 'contentType')}/`))],
  ['5.3.3.2: lang is a language tag of XML Schema', (mpd) => sets(mpd).every((set) => isAbsentOr(set, 'lang', /^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$/))],
  ['5.3.5.2: ids of representations are apart and have no white space', (mpd) => {
    const ids = all(mpd, 'Representation').map((one) => at(one, 'id'))
    return isUnique(ids) && ids.every((id) => /^\S+$/.test(id))
  }],
  ['5.3.5.2: bandwidth is a whole number above 0', (mpd) => each(mpd, 'Representation', (one) => isAboveZero(at(one, 'bandwidth')))],
  ['5.3.5.2: at that bandwidth playing never waits', neverWaits],
  ['5.3.7.2: codecs are said', (mpd) => each(mpd, 'Representation', (one) => /^[^\s,]+$/.test(at(one, 'codecs')))],
  ['5.3.7.2: width and height are above 0, frameRate and sar are ratios', (mpd) => each(mpd, 'Representation', (one) =>
    isAbsentOr(one, 'width', /^[1-9][0-9]*$/) && isAbsentOr(one, 'height', /^[1-9][0-9]*$/) &&
    isAbsentOr(one, 'frameRate', /^[0-9]+(\/[1-9][0-9]*)?$/) && isAbsentOr(one, 'sar', /^[0-9]+:[0-9]+$/))],
  ['5.3.7.2: audioSamplingRate is a number', (mpd) => each(mpd, 'Representation', (one) => isAbsentOr(one, 'audioSamplingRate', /^[1-9][0-9]*$/))],
  ['5.3.7.3: channels before the address, the address before the list', (mpd) =>
    each(mpd, 'Representation', (one) => isOrdered(one, ['AudioChannelConfiguration', 'BaseURL', 'SegmentList']))],
  ['5.3.9.3: a list begins with its header and has times, not a duration', (mpd) => each(mpd, 'SegmentList', (list) =>
    isOrdered(list, ['Initialization', 'SegmentTimeline', 'SegmentURL']) && own(list, 'SegmentTimeline').length === 1 &&
    !list.attributes.has('duration') && isAboveZero(at(list, 'timescale')))],
  ['5.3.9.3: each segment has its time', (mpd) => each(mpd, 'SegmentList', (list) =>
    all(list, 'S').reduce((sum, run) => sum + 1 + Number(at(run, 'r')), 0) === own(list, 'SegmentURL').length)],
  ['5.3.9.3: ranges follow each other', (mpd) => each(mpd, 'SegmentList', (list) => {
    const header = own(list, 'Initialization').map((init) => rangeOf(at(init, 'range')))
    const ranges = [...header, ...segmentsOf(list).map(({ from, to }) => [from, to] as const)]
    return ranges.every(([from, to], index) => from <= to && from > (ranges[index - 1]?.[1] ?? -1))
  })],
  ['5.3.9.6: segments do not overlap and end with the presentation', timesFit],
  ['5.8.5.2: what is protected says first by which scheme and key', (mpd) => sets(mpd).every((set) => {
    const [shared, ...systems] = own(set, 'ContentProtection')
    return shared === undefined || (at(shared, 'schemeIdUri') === MP4_PROTECTION && UUID.test(at(shared, 'cenc:default_KID')) &&
      ['cenc', 'cens', 'cbc1', 'cbcs'].includes(at(shared, 'value')) && systems.every((system) => at(system, 'schemeIdUri') !== MP4_PROTECTION))
  })],
  ['23001-7, 11.2: a box is whole and belongs to the system of its descriptor', (mpd) => each(mpd, 'ContentProtection', (one) =>
    at(one, 'schemeIdUri') === MP4_PROTECTION || isSystems(one))],
  ['5.8.5.4: channels are told in a known scheme', (mpd) => each(mpd, 'AudioChannelConfiguration', (one) =>
    CHANNELS[at(one, 'schemeIdUri')]?.test(at(one, 'value')) === true)],
  ['IOP 3.2.10: of several sets of a type one is the main one', (mpd) => ['video', 'audio'].every((type) => {
    const alike = sets(mpd).filter((set) => at(set, 'contentType') === type)
    const main = alike.filter((set) => own(set, 'Role').some((role) => at(role, 'value') === 'main'))
    return alike.length < 2 || main.length === 1
  })],
]

/** The document, read by a parser. */
export const readMpd = (text: string): XmlElement => {
  const read = readXml(text)
  if (E.isLeft(read)) throw new Error(read.left.type)
  return read.right
}

/** The rules of ISO/IEC 23009-1 and of the DASH-IF guidelines that an MPD breaks. */
export const brokenMpdRules = (text: string): ReadonlyArray<string> => {
  const mpd = readMpd(text)
  return RULES.filter(([, holds]) => !holds(mpd)).map(([rule]) => rule)
}
