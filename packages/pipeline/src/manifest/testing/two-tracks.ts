import type { Presentation } from '../presentation'

/** A protected picture and clear sound, with numbers that are easy to check by hand. */
export const twoTracks: Presentation = {
  duration: 5.5,
  tracks: [
    {
      file: 'Film & Ton.mp4',
      kind: 'video',
      mime: 'video/mp4',
      codecs: 'avc1.64001f',
      bitrate: 5000,
      timescale: 1000,
      video: { width: 640, height: 360 },
      init: { offset: 0, size: 700 },
      segments: [
        { offset: 700, size: 2000, start: 0, duration: 2000 },
        { offset: 2700, size: 1000, start: 2000, duration: 2000 },
        { offset: 3700, size: 100, start: 4000, duration: 1500 },
      ],
      protection: {
        scheme: 'cbcs',
        keyId: '00112233445566778899aabbccddeeff',
        dash: [
          {
            schemeIdUri: 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
            value: 'Widevine',
            xml: [{ name: 'cenc:pssh', children: ['AAAA'] }],
          },
          {
            schemeIdUri: 'urn:uuid:9a04f079-9840-4286-ab92-e65be0885f95',
            xml: [
              { name: 'mspr:pro', children: ['BBBB'] },
              { name: 'cenc:pssh', children: ['CCCC'] },
            ],
          },
        ],
        hls: [
          {
            attributes: [
              { name: 'METHOD', value: 'SAMPLE-AES', quoted: false },
              { name: 'URI', value: 'skd://key, with a comma', quoted: true },
              { name: 'KEYFORMAT', value: 'com.apple.streamingkeydelivery', quoted: true },
              { name: 'KEYFORMATVERSIONS', value: '1', quoted: true },
            ],
          },
        ],
      },
    },
    {
      file: 'sound/a.mp4',
      kind: 'audio',
      mime: 'audio/mp4',
      codecs: 'mp4a.40.2',
      bitrate: 128_000,
      language: 'de',
      timescale: 48_000,
      audio: { channels: 2, sampleRate: 48_000 },
      init: { offset: 0, size: 600 },
      segments: [
        { offset: 600, size: 1000, start: 0, duration: 96_000 },
        { offset: 1600, size: 1000, start: 100_000, duration: 96_000 },
      ],
    },
  ],
}
