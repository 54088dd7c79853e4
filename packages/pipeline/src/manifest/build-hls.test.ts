import * as E from 'fp-ts/Either'

import { buildHls } from './build-hls'
import type { HlsAttribute, Presentation } from './presentation'
import { builtHls } from './testing/built-hls'
import { twoTracks } from './testing/two-tracks'

const withKey = (...attributes: ReadonlyArray<HlsAttribute>): Presentation => ({
  ...twoTracks,
  tracks: twoTracks.tracks.map((track) =>
    track.protection === undefined ? track : { ...track, protection: { ...track.protection, hls: [{ attributes }] } }
  ),
})

describe('the playlists', () => {
  it('lead to the picture with the sound as its group, as RFC 8216 has it', () => {
    expect(builtHls(twoTracks).master).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://key, with a comma",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="de",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=136000,AVERAGE-BANDWIDTH=8510,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,AUDIO="audio"
Film%20%26%20Ton.m3u8
`)
  })

  it('list segments by byte range', () => {
    expect(builtHls(twoTracks).media).toEqual([
      {
        name: 'Film & Ton.m3u8',
        text: `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="Film%20%26%20Ton.mp4",BYTERANGE="700@0"
#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key, with a comma",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
#EXTINF:2.000000,
#EXT-X-BYTERANGE:2000@700
Film%20%26%20Ton.mp4
#EXTINF:2.000000,
#EXT-X-BYTERANGE:1000@2700
Film%20%26%20Ton.mp4
#EXTINF:1.500000,
#EXT-X-BYTERANGE:100@3700
Film%20%26%20Ton.mp4
#EXT-X-ENDLIST
`,
      },
      { name: 'a.m3u8', text: expect.stringContaining('#EXT-X-MAP:URI="sound/a.mp4",BYTERANGE="600@0"\n#EXTINF') as string },
    ])
  })

  it('make each sound a variant where there is no picture', () => {
    const { master } = builtHls({ ...twoTracks, tracks: twoTracks.tracks.slice(1) })
    expect(master).not.toContain('EXT-X-MEDIA')
    expect(master).toContain('#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=4000,CODECS="mp4a.40.2"\na.m3u8\n')
  })

  it('keep names apart, of files and of group members', () => {
    const [video, audio] = twoTracks.tracks
    if (video === undefined || audio === undefined) throw new Error('two tracks')
    const tracks = [video, audio, { ...audio, file: 'other/A.mp4' }, { ...audio, file: 'third/a.m4a' }]
    const { master, media } = builtHls({ duration: 1, tracks })
    expect(media.map(({ name }) => name)).toEqual(['Film & Ton.m3u8', 'a.m3u8', 'A-2.m3u8', 'a-3.m3u8'])
    expect([...master.matchAll(/NAME="([^"]*)"/g)].map(([, name]) => name)).toEqual(['de', 'de 2', 'de 3'])
    expect(master.match(/DEFAULT=YES/g)).toHaveLength(1)
  })

  const METHOD = { name: 'METHOD', value: 'SAMPLE-AES', quoted: false }
  const URI = { name: 'URI', value: 'skd://key', quoted: true }

  it('take any attribute that is well formed', () => {
    expect(builtHls(withKey(METHOD, URI, { name: 'X-ANY', value: 'a,b', quoted: true })).master).toContain('X-ANY="a,b"')
  })

  it.each<readonly [string, HlsAttribute]>([
    ['a quote in a quoted value', { name: 'X', value: 'a"b', quoted: true }],
    ['a line break in a quoted value', { name: 'X', value: 'a\nb', quoted: true }],
    ['a carriage return', { name: 'X', value: 'a\rb', quoted: true }],
    ['half a surrogate pair', { name: 'X', value: '\ud800', quoted: true }],
    ['a comma in a plain value', { name: 'X', value: 'NONE,X=1', quoted: false }],
    ['a space in a plain value', { name: 'X', value: 'SAMPLE AES', quoted: false }],
    ['a quote in a plain value', { name: 'X', value: '"NONE"', quoted: false }],
    ['an empty plain value', { name: 'X', value: '', quoted: false }],
    ['a name in lower case', { name: 'method', value: 'NONE', quoted: false }],
    ['an attribute that stands there twice', URI],
    ['a vector that is no number', { name: 'IV', value: '00112233445566778899aabbccddeeff', quoted: false }],
    ['a vector of more than 128 bits', { name: 'IV', value: `0x${'0'.repeat(33)}`, quoted: false }],
    ['a vector in quotes', { name: 'IV', value: '0x00', quoted: true }],
    ['a format without quotes', { name: 'KEYFORMAT', value: 'identity', quoted: false }],
    ['versions that are no numbers', { name: 'KEYFORMATVERSIONS', value: '1,2', quoted: true }],
  ])('refuse %s', (_, attribute) => {
    expect(() => buildHls(withKey(METHOD, URI, attribute))).toThrow(RangeError)
  })

  it.each<readonly [string, ReadonlyArray<HlsAttribute>]>([
    ['no method', [URI]],
    ['no URI', [METHOD]],
    ['an empty URI', [METHOD, { ...URI, value: '' }]],
    ['the method of another scheme', [{ ...METHOD, value: 'SAMPLE-AES-CTR' }, URI]],
    ['the method of clear samples', [{ ...METHOD, value: 'NONE' }, URI]],
  ])('refuse a key with %s', (_, attributes) => {
    expect(() => buildHls(withKey(...attributes))).toThrow(RangeError)
  })

  it.each(['cens', 'cbc1'] as const)('have no method for %s, and say so by name', (scheme) => {
    const tracks = twoTracks.tracks.map((track) =>
      track.protection === undefined ? track : { ...track, protection: { ...track.protection, scheme } }
    )
    expect(buildHls({ ...twoTracks, tracks })).toEqual(E.left({ type: 'HlsMethodMissing', scheme }))
  })

  it('do not call a protected track clear that no system has a key line for', () => {
    const tracks = twoTracks.tracks.map((track) =>
      track.protection === undefined ? track : { ...track, protection: { ...track.protection, hls: [] } }
    )
    expect(buildHls({ ...twoTracks, tracks })).toEqual(E.left({ type: 'HlsKeyMissing', file: 'Film & Ton.mp4' }))
  })

  it('RFC 8216, 6.2.4: have one target duration, that of the longest segment of any', () => {
    const [video, audio] = twoTracks.tracks
    if (video === undefined || audio === undefined) throw new Error('two tracks')
    const segments = [{ offset: 600, size: 9, start: 0, duration: 48_000 * 7 + 1 }]
    const { media } = builtHls({ duration: 7, tracks: [video, { ...audio, segments }] })
    expect(media.map(({ text }) => /TARGETDURATION:(.*)/.exec(text)?.[1])).toEqual(['8', '8'])
  })

  it('choose the first of a language, and make a group of sounds without a picture in several', () => {
    const [, audio] = twoTracks.tracks
    if (audio === undefined) throw new Error('two tracks')
    const of = (file: string, language: string): typeof audio => ({ ...audio, file, language })
    const { master } = builtHls({ duration: 4, tracks: [of('1.mp4', 'deu'), of('2.mp4', 'de'), of('3.mp4', 'EN-us')] })
    expect(master.split('\n').slice(3)).toEqual([
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="de",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="1.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="de 2",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="2",URI="2.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="en-US",LANGUAGE="en-US",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="3.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=4000,CODECS="mp4a.40.2",AUDIO="audio"',
      '1.m3u8',
      '',
    ])
  })

  it('leave the name of the master to it', () => {
    const tracks = twoTracks.tracks.slice(1).map((track) => ({ ...track, file: 'Master.mp4' }))
    expect(builtHls({ duration: 4, tracks }).media.map(({ name }) => name)).toEqual(['Master-0.m3u8'])
  })
})
