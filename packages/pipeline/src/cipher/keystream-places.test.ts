import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'

import { independentCtr } from '../operators/protection/testing/independent-ctr'
import { createKeystreamPlaces } from './keystream-places'

const KEY = '5a'.repeat(16)
const places = () => createKeystreamPlaces(createSecretKey(Buffer.from(KEY, 'hex')))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const vectors = fc.oneof(
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // The low 64 bits go round.
  fc.nat(40).map((left) => Uint8Array.from(Buffer.from(`0102030405060708ffffffffffffff${(255 - left).toString(16).padStart(2, '0')}`, 'hex')))
)

describe('keystreams at places', () => {
  it('are those of the whole stream, in any order of the places', () => {
    const reads = fc.array(fc.tuple(fc.nat(900), fc.nat(100)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1000, maxLength: 1000 }), vectors, vectors, reads, (bytes, first, second, wanted) => {
        const { read } = places()
        for (const iv of [first, second, first]) {
          const whole = independentCtr(KEY, hex(iv), bytes)
          for (const [from, length] of wanted) {
            const into = new Uint8Array(bytes.length)
            read(iv, from, { bytes, from, length, into })
            expect(hex(into.subarray(from, from + length))).toBe(hex(whole.subarray(from, from + length)))
            expect(into.subarray(0, from).every((byte) => byte === 0)).toBe(true)
            expect(into.subarray(from + length).every((byte) => byte === 0)).toBe(true)
          }
        }
      })
    )
  })

  it('are made anew after they were wiped', () => {
    const { read, wipe } = places()
    const bytes = new Uint8Array(32)
    const iv = new Uint8Array(16)
    const wanted = hex(independentCtr(KEY, hex(iv), bytes))
    for (let time = 0; time < 2; time += 1) {
      const into = new Uint8Array(32)
      read(iv, 0, { bytes, from: 0, length: 32, into })
      expect(hex(into)).toBe(wanted)
      wipe()
    }
  })
})
