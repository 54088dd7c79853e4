import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { bytesOf, hexOf, vectors } from '../testing/vectors'
import { escapeNal, unescapeNal } from './emulation-prevention'
import { sampleAes } from './sample-aes'

interface SampleAesVectors {
  readonly key: string
  readonly iv: string
  readonly count: number
  readonly cases: ReadonlyArray<{
    readonly kind: 'h264-nal' | 'aac-adts'
    readonly frame: number
    readonly plaintext: string
    readonly ciphertext: string
  }>
}
const { key, iv, count, cases } = vectors('sample-aes.json') as SampleAesVectors
const cipher = sampleAes(createSecretKey(bytesOf(key)), bytesOf(iv))

describe('SAMPLE-AES of transport streams', () => {
  it('has every vector of the file to prove itself by, one that grows among them', () => {
    expect(cases).toHaveLength(count)
    expect(cases.some(({ plaintext, ciphertext }) => plaintext.length !== ciphertext.length)).toBe(true)
  })

  it.each(cases.map((each) => [each.kind, each.frame, each] as const))('%s, frame %i', (kind, _, { plaintext, ciphertext }) => {
    if (kind === 'h264-nal') {
      expect(hexOf(cipher.encryptNal(bytesOf(plaintext)))).toBe(ciphertext)
      expect(hexOf(cipher.decryptNal(bytesOf(ciphertext)))).toBe(plaintext)
      return
    }
    const [sealed, opened] = [bytesOf(plaintext), bytesOf(ciphertext)]
    cipher.encryptFrame(sealed, 'adts')
    cipher.decryptFrame(opened, 'adts')
    expect(hexOf(sealed)).toBe(ciphertext)
    expect(hexOf(opened)).toBe(plaintext)
  })

  it('leaves alone what is no slice, and slices of up to 48 bytes', () => {
    for (const [type, length] of [[7, 400], [9, 400], [1, 48], [5, 48]] as const) {
      const nal = new Uint8Array(length).fill(0x40)
      nal[0] = 0x60 | type
      expect(cipher.encryptNal(nal)).toEqual(nal)
      expect(cipher.decryptNal(nal)).toEqual(nal)
    }
  })

  const zeros = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3) }, { weight: 1, arbitrary: fc.nat(255) })

  it('escapes so that no start code is left, and takes out what it put in', () => {
    fc.assert(
      fc.property(fc.array(zeros, { maxLength: 200 }), (values) => {
        const nal = Uint8Array.from(values)
        const escaped = escapeNal(nal)
        expect(hexOf(escaped)).not.toMatch(/^(?:..)*0000(?:00|01|02)/)
        expect(unescapeNal(escaped)).toEqual(nal)
      }),
      { numRuns: runs(300) }
    )
  })

  it('opens the units that it sealed, whatever their bytes and lengths', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x41, 0x65), fc.array(zeros, { minLength: 1, maxLength: 700 }), (head, values) => {
        const nal = escapeNal(Uint8Array.from([head, ...values]))
        // A unit ends with its trailing bit, and not within an escape.
        const whole = Uint8Array.from([...nal, 0x80])
        expect(cipher.decryptNal(cipher.encryptNal(whole))).toEqual(whole)
      }),
      { numRuns: runs(300) }
    )
  })

  it.each(['adts', 'ac3'] as const)('opens the frames of %s that it sealed, and leaves their lead clear', (kind) => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 400 }), (frame) => {
        const bytes = frame.slice()
        cipher.encryptFrame(bytes, kind)
        expect(bytes.subarray(0, 16)).toEqual(frame.subarray(0, 16))
        cipher.decryptFrame(bytes, kind)
        expect(bytes).toEqual(frame)
      }),
      { numRuns: runs(200) }
    )
  })
})
