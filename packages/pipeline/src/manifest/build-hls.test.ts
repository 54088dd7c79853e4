import { buildHls } from './build-hls'
import type { HlsAttribute, Presentation } from './presentation'
import { twoTracks } from './testing/two-tracks'

const withKey = (...attributes: ReadonlyArray<HlsAttribute>): Presentation => ({
  ...twoTracks,
  tracks: twoTracks.tracks.map((track) =>
    track.protection === undefined ? track : { ...track, protection: { ...track.protection, hls: [{ attributes }] } }
  ),
})

describe('the playlists', () => {
  it('lead to the picture with the sound as its group, as RFC 8216 has it', () => {
    expect(buildHls(twoTracks).master).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="de",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=136000,AVERAGE-BANDWIDTH=8510,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,AUDIO="audio"
Film%20%26%20Ton.m3u8
`)
  })

  it('list segments by byte range', () => {
    expect(buildHls(twoTracks).media).toEqual([
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
    const { master } = buildHls({ ...twoTracks, tracks: twoTracks.tracks.slice(1) })
    expect(master).not.toContain('EXT-X-MEDIA')
    expect(master).toContain('#EXT-X-STREAM-INF:BANDWIDTH=128000,AVERAGE-BANDWIDTH=4000,CODECS="mp4a.40.2"\na.m3u8\n')
  })

  it('keep names apart, of files and of group members', () => {
    const [video, audio] = twoTracks.tracks
    if (video === undefined || audio === undefined) throw new Error('two tracks')
    const tracks = [video, audio, { ...audio, file: 'other/A.mp4' }, { ...audio, file: 'third/a.m4a' }]
    const { master, media } = buildHls({ duration: 1, tracks })
    expect(media.map(({ name }) => name)).toEqual(['Film & Ton.m3u8', 'a.m3u8', 'A-2.m3u8', 'a-3.m3u8'])
    expect([...master.matchAll(/NAME="([^"]*)"/g)].map(([, name]) => name)).toEqual(['de', 'de 2', 'de 3'])
    expect(master.match(/DEFAULT=YES/g)).toHaveLength(1)
  })

  it.each<readonly [string, HlsAttribute]>([
    ['a quote in a quoted value', { name: 'URI', value: 'a"b', quoted: true }],
    ['a line break in a quoted value', { name: 'URI', value: 'a\nb', quoted: true }],
    ['a carriage return', { name: 'URI', value: 'a\rb', quoted: true }],
    ['a comma in a plain value', { name: 'METHOD', value: 'NONE,X=1', quoted: false }],
    ['a space in a plain value', { name: 'METHOD', value: 'SAMPLE AES', quoted: false }],
    ['a quote in a plain value', { name: 'METHOD', value: '"NONE"', quoted: false }],
    ['an empty plain value', { name: 'METHOD', value: '', quoted: false }],
    ['a name in lower case', { name: 'method', value: 'NONE', quoted: false }],
  ])('refuse %s', (_, attribute) => {
    expect(() => buildHls(withKey(attribute))).toThrow(RangeError)
  })

  it('refuse an attribute that stands there twice', () => {
    const attribute = { name: 'METHOD', value: 'NONE', quoted: false }
    expect(() => buildHls(withKey(attribute, attribute))).toThrow(RangeError)
  })
})
