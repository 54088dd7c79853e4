import { execFileSync } from 'node:child_process'

import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { parseAudioSpecificConfig } from './audio-specific-config'
import { stripAdts } from './strip-adts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Fields after ISO/IEC 14496-3, 1.A.2.2. */
describe('stripAdts', () => {
  // MPEG-4, no check; LC, 44 100 Hz, stereo; 9 bytes in all.
  const frame = Buffer.from('fff150800 13ffcaabb'.replace(' ', ''), 'hex')

  it('finds the payload, and says the same as the header', () => {
    expect(stripAdts(frame)).toEqual(E.right({ from: 7, to: 9, configuration: Uint8Array.of(0x12, 0x10) }))
    const shifted = Buffer.concat([Buffer.alloc(3, 0xff), frame, frame])
    expect(stripAdts(shifted, 3)).toMatchObject(E.right({ from: 10, to: 12 }))
  })

  it('takes a check of two bytes off', () => {
    const checked = Buffer.from('fff05080 017ffc 1234 aabb'.replaceAll(' ', ''), 'hex')
    expect(stripAdts(checked)).toMatchObject(E.right({ from: 9, to: 11 }))
  })

  it('says where a header does not hold', () => {
    const at = (text: string) => stripAdts(Buffer.from(text, 'hex'))
    expect(at('fff15080013f')).toMatchObject(E.left({ type: 'MalformedMedia', format: 'aac', at: 0 }))
    expect(at('ffe15080013ffcaabb')).toMatchObject(E.left({ type: 'MalformedMedia', at: 0 }))
    expect(at('fff15080013ffcaa')).toMatchObject(E.left({ type: 'MalformedMedia', at: 3, found: '9' }))
    expect(at('fff15080005ffcaabb')).toMatchObject(E.left({ type: 'MalformedMedia', at: 3, found: '2' }))
    expect(at('fff17480013ffcaabb')).toMatchObject(E.left({ type: 'MalformedMedia', at: 2 }))
    expect(at('fff15080013ffdaabb')).toMatchObject(E.left({ type: 'UnsupportedMedia' }))
    expect(at('fff15000013ffcaabb')).toMatchObject(E.left({ type: 'UnsupportedMedia' }))
  })

  it('returns on any bytes, within them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const found = stripAdts(Uint8Array.of(0xff, 0xf1, ...bytes))
        if (E.isLeft(found)) return
        expect(found.right.from).toBeLessThanOrEqual(found.right.to)
        expect(found.right.to).toBeLessThanOrEqual(bytes.length + 2)
      })
    )
  })
})

whenInstalled('ffmpeg').describe('stripAdts beside FFmpeg', () => {
  it.each([
    ['44100', '2'],
    ['48000', '1'],
    ['22050', '6'],
    ['8000', '1'],
  ])('%s Hz, %s channels', (rate, channels) => {
    const ffmpeg = (args: string, input = ''): Buffer =>
      execFileSync('ffmpeg', `-v error ${args} -`.split(' '), { input: Buffer.from(input, 'latin1') })
    const stream = ffmpeg(`-f lavfi -i sine=d=0.5 -ar ${rate} -ac ${channels} -c:a aac -f adts`)
    const raw = ffmpeg('-f aac -i - -map 0:a -c copy -bsf:a aac_adtstoasc -f data', stream.toString('latin1'))
    const payloads: Uint8Array[] = []
    for (let at = 0; at < stream.length; ) {
      const found = stripAdts(stream, at)
      if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
      payloads.push(stream.subarray(found.right.from, found.right.to))
      expect(parseAudioSpecificConfig(found.right.configuration)).toMatchObject(
        E.right({ objectType: 2, sampleRate: Number(rate), channels: Number(channels), samplesPerFrame: 1024 })
      )
      at = found.right.to
    }
    expect(payloads.length).toBeGreaterThan(3)
    expect(hex(Buffer.concat(payloads))).toBe(hex(raw))
  })
})
