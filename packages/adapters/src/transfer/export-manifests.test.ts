import { keyIdFromText } from '@custody/core/identity'
import type { MuxedTrack } from '@custody/pipeline/operators'
import * as E from 'fp-ts/Either'

import type { ExportScheme } from '../contract/adapter'
import { clearKey } from '../systems/clear-key/adapter'
import { packageTexts, type Package } from './export-manifests'

const found = keyIdFromText('30313233343536373839303132333435')
if (E.isLeft(found)) throw new Error('a key ID')
const keyId = found.right

/** A picture at 25 a second whose second segment is trimmed to nothing, and surround sound. */
const WRITTEN: ReadonlyArray<MuxedTrack> = [
  {
    number: 1, kind: 'video', codecs: 'avc1.64001f', file: 'video.mp4', samples: 100, bytes: 9000, timescale: 50_000, end: 200_000,
    init: { offset: 0, size: 900 },
    segments: [{ offset: 900, size: 8000, start: 0, duration: 200_000 }, { offset: 8900, size: 1000, start: 200_000, duration: 0 }],
    video: { width: 640, height: 360 },
  },
  {
    number: 2, kind: 'audio', codecs: 'ac-3', file: 'audio.mp4', samples: 125, bytes: 9000, timescale: 48_000, end: 192_000,
    init: { offset: 0, size: 900 },
    segments: [{ offset: 900, size: 9000, start: 0, duration: 192_000 }],
    audio: { channels: 5, sampleRate: 48_000, channelMap: 0xf800 },
    language: 'de"\n#EXT-X-ENDLIST',
  },
]

const texts = (scheme: ExportScheme): ReadonlyMap<string, string> => {
  const tracks = WRITTEN.map((written) => ({ written, keyId, signalling: clearKey.signal({ keyId, scheme }) }))
  return packageTexts({ adapter: clearKey, scheme, licenseId: 'license' as Package['licenseId'], tracks })
}

describe('the texts of a package', () => {
  it.each([
    ['cenc', 'SAMPLE-AES-CTR'],
    ['cbcs', 'SAMPLE-AES'],
  ] as const)('under %s are an MPD and playlists whose keys say %s', (scheme, method) => {
    const written = texts(scheme)
    expect([...written.keys()]).toEqual(['manifest.mpd', 'master.m3u8', 'video.m3u8', 'audio.m3u8', 'export.json'])
    expect(written.get('manifest.mpd')).toContain(`value="${scheme}"`)
    for (const name of ['video.m3u8', 'audio.m3u8']) expect(written.get(name)).toContain(`#EXT-X-KEY:METHOD=${method},`)
    expect(written.get('master.m3u8')).toContain(`#EXT-X-SESSION-KEY:METHOD=${method},`)
  })

  it.each(['cens', 'cbc1'] as const)('under %s have no playlists, as HLS has no method for it', (scheme) => {
    const written = texts(scheme)
    expect([...written.keys()]).toEqual(['manifest.mpd', 'export.json'])
    expect(written.get('manifest.mpd')).toContain(`value="${scheme}"`)
  })

  it('tell rate, channels and times as they are, and no language that is none', () => {
    const written = texts('cenc')
    const mpd = written.get('manifest.mpd') ?? ''
    expect(mpd).toContain('frameRate="25"')
    expect(written.get('master.m3u8')).toContain('FRAME-RATE=25.000')
    expect(mpd).toContain('value="F800"')
    expect(mpd).not.toMatch(/ d="0"/)
    expect([...written.values()].join('')).not.toContain('de"')
    expect(mpd).not.toContain('lang=')
  })
})
