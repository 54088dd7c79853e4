import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { aacCodecString } from './aac-codec-string'
import { parseAudioSpecificConfig, type AudioSpecificConfig } from './audio-specific-config'

const parse = (text: string) => parseAudioSpecificConfig(Buffer.from(text, 'hex'))
/** Bytes from bits, with zeros to the end of the last byte. */
const ofBits = (...bits: ReadonlyArray<string>): Uint8Array => {
  const text = bits.join('').replaceAll(' ', '')
  return Uint8Array.from(text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2))
}
const LC: AudioSpecificConfig = {
  objectType: 2,
  coreObjectType: 2,
  sampleRate: 44_100,
  channels: 2,
  samplesPerFrame: 1024,
  extensionSampleRate: 0,
  parametricStereo: false,
}

/** Bits after ISO/IEC 14496-3, 1.6.2.1. */
describe('parseAudioSpecificConfig', () => {
  it('reads AAC-LC', () => {
    expect(parse('1210')).toEqual(E.right(LC))
    expect(parse('1190')).toEqual(E.right({ ...LC, sampleRate: 48_000 }))
    expect(parse('1214')).toEqual(E.right({ ...LC, samplesPerFrame: 960 }))
  })

  it('reads a rate that is written out', () => {
    const config = ofBits('00010 1111', (44_101).toString(2).padStart(24, '0'), '0001 000')
    expect(parseAudioSpecificConfig(config)).toEqual(E.right({ ...LC, sampleRate: 44_101, channels: 1 }))
  })

  it('reads band replication that is said first, and parametric stereo', () => {
    const sbr = ofBits('00101 0111 0010 0100 00010 000')
    const expected = { ...LC, objectType: 5, sampleRate: 22_050, extensionSampleRate: 44_100 }
    expect(parseAudioSpecificConfig(sbr)).toEqual(E.right(expected))
    const stereo = ofBits('11101 0111 0001 0100 00010 000')
    expect(parseAudioSpecificConfig(stereo)).toEqual(
      E.right({ ...expected, objectType: 29, channels: 1, parametricStereo: true })
    )
    expect([5, 29, 2].map((objectType) => aacCodecString({ objectType }))).toEqual(['mp4a.40.5', 'mp4a.40.29', 'mp4a.40.2'])
  })

  it('reads band replication that is said behind', () => {
    const sbr = ofBits('00010 0111 0010 000', (0x2b7).toString(2).padStart(11, '0'), '00101 1 0100')
    expect(parseAudioSpecificConfig(sbr)).toEqual(E.right({ ...LC, sampleRate: 22_050, extensionSampleRate: 44_100 }))
    const both = ofBits(
      '00010 0111 0001 000',
      (0x2b7).toString(2).padStart(11, '0'),
      '00101 1 0100',
      (0x548).toString(2).padStart(11, '0'),
      '1'
    )
    expect(parseAudioSpecificConfig(both)).toEqual(
      E.right({ ...LC, sampleRate: 22_050, channels: 1, extensionSampleRate: 44_100, parametricStereo: true })
    )
    const none = ofBits('00010 0111 0010 000', (0x2b7).toString(2).padStart(11, '0'), '00101 0')
    expect(parseAudioSpecificConfig(none)).toEqual(E.right({ ...LC, sampleRate: 22_050 }))
  })

  it('counts the channels that an element lists', () => {
    // Front: a single channel and a pair; back: a pair; one low-frequency channel.
    const element = '0000 01 0011 0010 0000 0001 01 000 0000 0 0 0  0 0000 1 0001  1 0010  0011'
    const head = '00010 0011 0000 000'
    const used = `${head}${element}`.replaceAll(' ', '').length
    const config = ofBits(head, element, '0'.repeat((8 - (used % 8)) % 8), '00000000')
    expect(parseAudioSpecificConfig(config)).toEqual(E.right({ ...LC, sampleRate: 48_000, channels: 6 }))
  })

  it('refuses by name what it does not read, and what is cut', () => {
    expect(parseAudioSpecificConfig(ofBits('11111 000100 0011 0010 000'))).toMatchObject(
      E.left({ type: 'UnsupportedMedia', what: 'AAC: audio object type 36' })
    )
    expect(parse('12')).toMatchObject(E.left({ type: 'MalformedMedia', format: 'aac', at: 1 }))
    expect(parse('')).toMatchObject(E.left({ type: 'MalformedMedia', at: 0 }))
    expect(parseAudioSpecificConfig(ofBits('00010 1101 0010 000'))).toMatchObject(E.left({ type: 'MalformedMedia' }))
  })

  it('returns on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const parsed = parseAudioSpecificConfig(bytes)
        if (E.isRight(parsed)) expect(Math.min(parsed.right.sampleRate, parsed.right.channels)).toBeGreaterThan(0)
      }),
      { numRuns: 2000 }
    )
  })
})
