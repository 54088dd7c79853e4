import fc from 'fast-check'

import type { HlsPlaylists } from './build-hls'
import { buildMpd } from './build-mpd'
import type { Presentation, PresentationSegment } from './presentation'
import { builtHls } from './testing/built-hls'
import { everyForm } from './testing/every-form'
import { brokenHlsRules } from './testing/hls-rules'
import { brokenMpdRules } from './testing/mpd-rules'

const SCHEMES = [undefined, 'cenc', 'cens', 'cbc1', 'cbcs'] as const

describe('an MPD of every form', () => {
  it.each(SCHEMES)('under %s breaks no rule of ISO/IEC 23009-1', (scheme) => {
    expect(brokenMpdRules(buildMpd(everyForm(scheme)))).toEqual([])
  })

  it.each([
    ['5.3.1.2: minBufferTime', 'minBufferTime="PT2S"', 'minBufferTime="2"'],
    ['5.3.1.2: a static presentation', /mediaPresentationDuration="[^"]*"/, ''],
    ['5.3.1.3: information', /<ProgramInformation>[^]*<\/ProgramInformation>\n {2}(<Period[^]*<\/Period>)/, '$1<ProgramInformation/>'],
    ['5.3.3.2: ids of sets', 'id="1"', 'id="0"'],
    ['5.3.3.2: lang', 'lang="de"', 'lang="de_DE"'],
    ['5.3.5.2: at that bandwidth', /bandwidth="[0-9]*"/, 'bandwidth="9000"'],
    ['5.3.7.2: width', 'sar="16:11"', 'sar="1.45"'],
    ['5.3.7.3: channels before', /(<AudioChannelConfiguration[^>]*>)\s*(<BaseURL>.*<\/BaseURL>)/, '$2$1'],
    ['5.3.9.3: each segment', ' r="4"', ' r="3"'],
    ['5.3.9.3: ranges follow', 'range="0-799"', 'range="0-800"'],
    ['5.3.9.6: segments do not', 'd="100000"', 'd="200000"'],
    ['5.8.5.2: what is protected', 'value="cbcs"', 'value="cbc"'],
    ['23001-7, 11.2: a box', 'urn:uuid:11111111', 'urn:uuid:11111112'],
    ['5.8.5.4: channels', 'value="E100"', 'value="4"'],
    ['IOP 3.2.10: of several', 'value="alternate"', 'value="main"'],
  ])('is checked: %s', (rule, written, instead) => {
    const text = buildMpd(everyForm('cbcs'))
    const changed = text.replace(written, instead)
    expect(changed).not.toBe(text)
    expect(brokenMpdRules(changed).map((broken) => broken.slice(0, rule.length))).toContain(rule)
  })
})

describe('playlists of every form', () => {
  it.each([undefined, 'cenc', 'cbcs'] as const)('under %s break no rule of RFC 8216', (scheme) => {
    expect(brokenHlsRules(builtHls(everyForm(scheme)))).toEqual([])
  })

  const inMaster = (change: (text: string) => string) => ({ master, media }: HlsPlaylists): HlsPlaylists => ({
    master: change(master),
    media,
  })
  const inFirst = (change: (text: string) => string) => ({ master, media }: HlsPlaylists): HlsPlaylists => ({
    master,
    media: media.map((one, index) => (index === 0 ? { ...one, text: change(one.text) } : one)),
  })

  it.each<readonly [string, (playlists: HlsPlaylists) => HlsPlaylists]>([
    ['4.1: tags', inMaster((text) => text.replace('#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-ENDLIST'))],
    ['7: the version', inFirst((text) => text.replace('VERSION:7', 'VERSION:5'))],
    ['4.3.3.1: no segment', inFirst((text) => text.replace('DURATION:2', 'DURATION:1'))],
    ['6.2.4: all playlists', inFirst((text) => text.replace('DURATION:2', 'DURATION:3'))],
    ['4.3.2.1: each segment', inFirst((text) => text.replace(/#EXT-X-BYTERANGE:.*\n/, ''))],
    ['4.3.2.5: the header', inFirst((text) => text.replace('MAP:URI="video', 'MAP:URI="audio'))],
    ['4.3.2.4: keys', inFirst((text) => text.replace('METHOD=SAMPLE-AES,', 'METHOD=AES-128,'))],
    ['4.3.3.4: what', inFirst((text) => text.replace('#EXT-X-ENDLIST\n', ''))],
    ['4.3.4.1.1: members', inMaster((text) => text.replace('NAME="fr 2"', 'NAME="fr"'))],
    ['4.3.4.2: variants', inMaster((text) => text.replace(/RESOLUTION=[^,]*/, 'RESOLUTION=0x0'))],
    ['4.3.4.2: BANDWIDTH', inMaster((text) => text.replace(/BANDWIDTH=[^,]*,AVERAGE-BANDWIDTH=[^,]*/, 'BANDWIDTH=9000,AVERAGE-BANDWIDTH=9000'))],
    ['4.3.4.2: every playlist', inMaster((text) => text.replace('URI="audio-5.m3u8"', 'URI="audio-50.m3u8"'))],
    ['4.3.4.5: each key', inMaster((text) => text.replace(/#EXT-X-SESSION-KEY:.*\n/, ''))],
  ])('are checked: %s', (rule, change) => {
    expect(brokenHlsRules(change(builtHls(everyForm('cbcs')))).map((broken) => broken.slice(0, rule.length))).toContain(rule)
  })

  it('tell each key once, however many tracks have it', () => {
    const { tracks, ...rest } = everyForm('cenc')
    const [{ protection } = {}] = tracks
    const shared = builtHls({ ...rest, tracks: tracks.map((track) => ({ ...track, ...(protection && { protection }) })) })
    expect(shared.master.match(/#EXT-X-SESSION-KEY/g)).toHaveLength(2)
    expect(brokenHlsRules(shared)).toEqual([])
  })

  it('tell the picture as it is shown, and how many a second', () => {
    expect(builtHls(everyForm(undefined)).master).toContain('RESOLUTION=1047x576,FRAME-RATE=29.970,')
  })
})

describe('rates', () => {
  const sample = fc.record({ size: fc.integer({ min: 1, max: 100_000 }), duration: fc.integer({ min: 1, max: 5000 }) })
  const segments = fc
    .array(sample, { minLength: 1, maxLength: 25 })
    .map((list): ReadonlyArray<PresentationSegment> => {
      let [offset, start] = [800, 0]
      return list.map(({ size, duration }) => {
        const segment = { offset, start, size, duration }
        offset += size
        start += duration
        return segment
      })
    })

  const presentation = segments.map((list): Presentation => {
    const { tracks, ...rest } = everyForm(undefined)
    const [video] = tracks
    if (video === undefined) throw new Error('a track')
    return { ...rest, duration: 125, tracks: [{ ...video, timescale: 1000, segments: list }] }
  })

  it('are high enough for any segments', () => {
    fc.assert(
      fc.property(presentation, (any) => {
        expect(brokenMpdRules(buildMpd(any))).toEqual([])
        expect(brokenHlsRules(builtHls(any))).toEqual([])
      })
    )
  })

  const bandwidthOf = (text: string): number => Number(/(?:bandwidth=")([0-9]+)/.exec(text)?.[1] ?? /BANDWIDTH=([0-9]+)/.exec(text)?.[1])

  it('are no higher than they must be: a little less is too low', () => {
    fc.assert(
      fc.property(presentation, (any) => {
        const text = buildMpd(any)
        const less = Math.floor(bandwidthOf(text) * 0.999) - 2
        if (less < 1) return
        expect(brokenMpdRules(text.replace(/bandwidth="[0-9]+"/, `bandwidth="${less}"`))).toEqual(['5.3.5.2: at that bandwidth playing never waits'])
      })
    )
  })

  it('do not take a short last segment for the rate of the whole', () => {
    const { master } = builtHls({
      ...everyForm(undefined),
      tracks: everyForm(undefined).tracks.slice(0, 1).map((track) => ({
        ...track,
        timescale: 1000,
        segments: [
          { offset: 800, size: 250_000, start: 0, duration: 2000 },
          { offset: 250_800, size: 250_000, start: 2000, duration: 2000 },
          { offset: 500_800, size: 50_000, start: 4000, duration: 40 },
        ],
      })),
    })
    // 300,000 bytes in 2.04 s; alone the last would be 10,000,000.
    expect(bandwidthOf(master)).toBe(Math.ceil((300_000 * 8) / 2.04))
  })
})
