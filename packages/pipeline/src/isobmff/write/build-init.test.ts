import { boxAt, mp4boxBoxes } from '../testing/mp4box-boxes'
import { buildInit } from './build-init'
import { buildPssh } from './build-pssh'
import type { Mp4Track } from './mp4-track'

// High profile, level 3.0, one set of each kind (the sets' bodies are cut short, which no box reader looks at).
const avcC = Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x64, 0, 0x1e, 1, 0, 2, 0x68, 0xee)
// AAC-LC, 44.1 kHz, stereo. ISO/IEC 14496-3, 1.6.2.1.
const audioSpecificConfig = Uint8Array.of(0x12, 0x10)
const keyId = '00112233445566778899aabbccddeeff'

const video: Mp4Track = {
  trackId: 3,
  kind: 'video',
  timescale: 90_000,
  sampleEntry: { type: 'avc1', avcC },
  video: { width: 640, height: 360 },
  language: 'pt-BR',
  edit: { mediaTime: 7200 },
  pssh: [],
}

const audio: Mp4Track = {
  trackId: 1,
  kind: 'audio',
  timescale: 44_100,
  sampleEntry: { type: 'mp4a', audioSpecificConfig, bitrate: 128_000 },
  audio: { channels: 2, sampleRate: 44_100 },
  pssh: [],
}

/** mp4box.js's own view of the descriptors. */
interface ReadEsds {
  readonly esd: { readonly getOTI: () => number; readonly getAudioConfig: () => number | undefined }
}

const STSD = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'] as const
const MDIA = ['moov', 'trak', 'mdia'] as const

describe('the header, read by mp4box.js', () => {
  it('names brands for CMAF', () => {
    expect(boxAt(mp4boxBoxes(buildInit(video)), 'ftyp')).toMatchObject({
      major_brand: 'iso6',
      compatible_brands: expect.arrayContaining(['iso6', 'cmfc']),
    })
  })

  it('describes a video track', () => {
    const boxes = mp4boxBoxes(buildInit(video))
    const size = { width: 640 * 65536, height: 360 * 65536 }
    expect(boxAt(boxes, 'moov', 'trak', 'tkhd')).toMatchObject({ track_id: 3, flags: 7, ...size })
    expect(boxAt(boxes, ...MDIA, 'mdhd')).toMatchObject({ timescale: 90_000, languageString: 'por' })
    expect(boxAt(boxes, ...MDIA, 'elng')).toMatchObject({ extended_language: 'pt-BR\0' })
    expect(boxAt(boxes, ...MDIA, 'hdlr')).toMatchObject({ handler: 'vide', name: 'VideoHandler' })
    expect(boxAt(boxes, ...STSD, 'avc1')).toMatchObject({ width: 640, height: 360, depth: 24, frame_count: 1 })
    expect(boxAt(boxes, ...STSD, 'avc1', 'avcC')).toMatchObject({ AVCProfileIndication: 100, lengthSizeMinusOne: 3 })
    expect(boxAt(boxes, 'moov', 'trak', 'edts', 'elst')).toMatchObject({
      entries: [{ segment_duration: 0, media_time: 7200, media_rate_integer: 1, media_rate_fraction: 0 }],
    })
    expect(boxAt(boxes, 'moov', 'mvex', 'trex')).toMatchObject({ track_id: 3, default_sample_description_index: 1 })
    expect(boxAt(boxes, 'moov', 'mvhd')).toMatchObject({ next_track_id: 4, rate: 65536, duration: 0 })
  })

  it('describes an audio track', () => {
    const boxes = mp4boxBoxes(buildInit(audio))
    expect(boxAt(boxes, 'moov', 'trak', 'tkhd')).toMatchObject({ volume: 1 })
    expect(boxAt(boxes, ...MDIA, 'hdlr')).toMatchObject({ handler: 'soun' })
    expect(boxAt(boxes, ...STSD, 'mp4a')).toMatchObject({ channel_count: 2, samplesize: 16, samplerate: 44_100 })
    const esds = boxAt(boxes, ...STSD, 'mp4a', 'esds') as unknown as ReadEsds
    expect([esds.esd.getOTI(), esds.esd.getAudioConfig()]).toEqual([0x40, 2]) // MPEG-4 audio, AAC-LC
    expect(() => boxAt(boxes, 'moov', 'trak', 'edts')).toThrow()
    expect(boxAt(boxes, ...MDIA, 'mdhd')).toMatchObject({ languageString: 'und' })
  })

  it.each([
    [44_100, 0x6b],
    [22_050, 0x69],
  ])('describes MP3 at %i Hz with object type %i and without a decoder configuration', (sampleRate, objectType) => {
    const boxes = mp4boxBoxes(
      buildInit({ ...audio, sampleEntry: { type: 'mp3', bitrate: 64_000 }, audio: { channels: 1, sampleRate } })
    )
    const esds = boxAt(boxes, ...STSD, 'mp4a', 'esds') as unknown as ReadEsds
    expect([esds.esd.getOTI(), esds.esd.getAudioConfig()]).toEqual([objectType, undefined])
  })

  it('keeps rates that 16.16 cannot say out of the entry', () => {
    const boxes = mp4boxBoxes(buildInit({ ...audio, audio: { channels: 2, sampleRate: 96_000 } }))
    expect(boxAt(boxes, ...STSD, 'mp4a')).toMatchObject({ samplerate: 0 })
  })

  it('writes an edit past 2^31 in 64 bits', () => {
    const boxes = mp4boxBoxes(buildInit({ ...video, edit: { mediaTime: 2 ** 40 + 3 } }))
    expect(boxAt(boxes, 'moov', 'trak', 'edts', 'elst')).toMatchObject({
      version: 1,
      entries: [{ segment_duration: 0, media_time: 2 ** 40 + 3 }],
    })
  })

  it('leaves a language that is no tag out', () => {
    const boxes = mp4boxBoxes(buildInit({ ...video, language: 'Deutsch (Österreich)' }))
    expect(() => boxAt(boxes, ...MDIA, 'elng')).toThrow()
    expect(boxAt(boxes, ...MDIA, 'mdhd')).toMatchObject({ languageString: 'und' })
  })

  it('wraps a protected entry and appends pssh boxes in order', () => {
    const systems = ['1077efecc0b24d02ace33c1e52e2fb4b', 'edef8ba979d64acea3c827dcd51d21ed']
    const pssh = systems.map((systemId) => buildPssh({ systemId, keyIds: [keyId], data: Uint8Array.of(9) }))
    const constantIv = new Uint8Array(16).fill(7)
    const boxes = mp4boxBoxes(
      buildInit({
        ...video,
        pssh,
        protection: { scheme: 'cbcs', keyId, ivSize: 0, constantIv, pattern: { crypt: 1, skip: 9 } },
      })
    )
    const entry = [...STSD, 'encv'] as const
    expect(boxAt(boxes, ...entry, 'avcC')).toMatchObject({ AVCProfileIndication: 100 })
    expect(boxAt(boxes, ...entry, 'sinf', 'frma')).toMatchObject({ data_format: 'avc1' })
    expect(boxAt(boxes, ...entry, 'sinf', 'schm')).toMatchObject({ scheme_type: 'cbcs', scheme_version: 0x10000 })
    expect(boxAt(boxes, ...entry, 'sinf', 'schi', 'tenc')).toMatchObject({
      version: 1,
      default_crypt_byte_block: 1,
      default_skip_byte_block: 9,
      default_isProtected: 1,
      default_Per_Sample_IV_Size: 0,
      default_KID: keyId,
      default_constant_IV_size: 16,
    })
    const found = boxAt(boxes, 'moov').boxes?.filter((box) => box.type === 'pssh')
    expect(found?.map((box) => box['system_id'])).toEqual(systems)
  })
})

describe('the header', () => {
  const protection = { scheme: 'cenc', keyId, ivSize: 8 } as const
  it.each<readonly [string, Mp4Track]>([
    ['video without a size', { trackId: 3, kind: 'video', timescale: 1, sampleEntry: video.sampleEntry, pssh: [] }],
    ['audio without a rate', { trackId: 3, kind: 'audio', timescale: 1, sampleEntry: audio.sampleEntry, pssh: [] }],
    ['an entry of the other kind', { ...video, sampleEntry: audio.sampleEntry }],
    ['a width past 16 bits', { ...video, video: { width: 65_536, height: 1 } }],
    ['a timescale that is no whole number', { ...video, timescale: 29.97 }],
    ['a key ID in upper case', { ...video, protection: { ...protection, keyId: keyId.toUpperCase() } }],
    ['a pattern past four bits', { ...video, protection: { ...protection, scheme: 'cens', pattern: { crypt: 16, skip: 0 } } }],
    ['a pattern under cenc', { ...video, protection: { ...protection, pattern: { crypt: 1, skip: 9 } } }],
    ['a pattern under cbc1', { ...video, protection: { ...protection, scheme: 'cbc1', ivSize: 16, pattern: { crypt: 1, skip: 9 } } }],
    ['IVs of 8 under cbc1', { ...video, protection: { ...protection, scheme: 'cbc1' } }],
    ['IVs of 8 under cbcs', { ...video, protection: { ...protection, scheme: 'cbcs' } }],
    ['a constant IV under cens', { ...video, protection: { ...protection, scheme: 'cens', ivSize: 0, constantIv: new Uint8Array(16) } }],
    ['no IV at all', { ...video, protection: { ...protection, scheme: 'cbcs', ivSize: 0 } }],
    ['two kinds of IV', { ...video, protection: { ...protection, scheme: 'cbcs', ivSize: 16, constantIv: new Uint8Array(16) } }],
    ['a short constant IV', { ...video, protection: { ...protection, scheme: 'cbcs', ivSize: 0, constantIv: new Uint8Array(7) } }],
  ])('refuses %s', (_, track) => {
    expect(() => buildInit(track)).toThrow(RangeError)
  })
})
