import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { createCounterBatch } from './counter-batch'
import { startCounterStream } from './counter-mode'
import { addSpan, noSpans, throughSpans, type Spans } from './spans'

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

interface Sample {
  readonly bytes: Uint8Array
  readonly iv: Uint8Array
  readonly spans: Spans
}

const sample = (largest: number): fc.Arbitrary<Sample> =>
  fc
    .record({
      runs: fc.array(fc.record({ clear: fc.nat(20), covered: fc.nat(largest) }), { minLength: 1, maxLength: 4 }),
      iv: fc.oneof(bytes(16), bytes(8).map((id) => Uint8Array.from([...id, ...new Uint8Array(7).fill(0xff), 0xf0]))),
      fill: fc.nat(255),
    })
    .map(({ runs: some, iv, fill }) => {
      const spans = noSpans()
      let at = 0
      for (const { clear, covered } of some) {
        addSpan(spans, at + clear, covered)
        at += clear + covered
      }
      return { bytes: new Uint8Array(at).map((_, index) => fill ^ index), iv, spans }
    })

describe('counter mode for many samples at once', () => {
  const sealedOneByOne = (key: Uint8Array, samples: ReadonlyArray<Sample>): ReadonlyArray<Uint8Array> =>
    samples.map(({ bytes: clear, iv, spans }) => {
      const own = clear.slice()
      throughSpans(own, spans, startCounterStream(createSecretKey(key), iv).apply)
      return own
    })
  const sealedTogether = (key: Uint8Array, samples: ReadonlyArray<Sample>): ReadonlyArray<Uint8Array> => {
    const batch = createCounterBatch(createSecretKey(key))
    const own = samples.map(({ bytes: clear }) => clear.slice())
    samples.forEach(({ iv, spans }, index) => {
      batch.add(own[index] ?? new Uint8Array(), iv, spans)
    })
    batch.flush()
    return own
  }

  it('gives what each sample gets by itself, the wrap of the count included', () => {
    fc.assert(
      fc.property(bytes(16), fc.array(sample(300), { maxLength: 20 }), (key, samples) => {
        expect(sealedTogether(key, samples)).toEqual(sealedOneByOne(key, samples))
      }),
      { numRuns: runs(200) }
    )
  })

  it('does so beyond its room, and for samples that are large', () => {
    fc.assert(
      fc.property(bytes(16), fc.array(sample(12_000), { minLength: 1, maxLength: 12 }), (key, samples) => {
        expect(sealedTogether(key, samples)).toEqual(sealedOneByOne(key, samples))
      }),
      { numRuns: runs(10) }
    )
  })

  it('takes samples that follow each other under vectors and pieces that are used again', () => {
    const batch = createCounterBatch(createSecretKey(new Uint8Array(16)))
    const [iv, spans] = [new Uint8Array(16), noSpans()]
    addSpan(spans, 0, 10)
    const [first, second] = [new Uint8Array(10), new Uint8Array(10)]
    batch.add(first, iv, spans)
    iv[0] = 1
    spans.length[0] = 4
    spans.total = 4
    batch.add(second, iv, spans)
    batch.flush()
    expect(first.every((byte) => byte === 0)).toBe(false)
    expect(first.subarray(4)).not.toEqual(new Uint8Array(6))
    expect(second.subarray(4)).toEqual(new Uint8Array(6))
    expect(second.subarray(0, 4)).not.toEqual(first.subarray(0, 4))
  })
})
