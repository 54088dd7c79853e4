import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { createCounterBatch, type CounterBatch } from '../../cipher/counter-batch'
import { addSpan, noSpans, type Spans } from '../../cipher/spans'
import { createCommuter, type Commuting } from './commuter'
import { independentCtr } from './testing/independent-ctr'

const SOURCE = '0a'.repeat(16)
const TARGET = 'b0'.repeat(16)
const RUN = 16
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const iv = (value: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, at) => (at === 7 ? value : 0))

/** Keystreams that show the memory after each step. */
const watched = (key: string, memory: () => Uint8Array, seen: Uint8Array[]): CounterBatch => {
  const batch = createCounterBatch(createSecretKey(Buffer.from(key, 'hex')))
  const look = (): void => {
    seen.push(memory().slice())
  }
  return {
    add: (...given) => {
      batch.add(...given)
      look()
    },
    flush: () => {
      batch.flush()
      look()
    },
  }
}

/** Whether any `RUN` bytes of what the source protects stand in what was seen. */
const shows = (secret: Uint8Array, seen: ReadonlyArray<Uint8Array>): boolean => {
  const pieces = Array.from({ length: Math.max(0, secret.length - RUN + 1) }, (_, at) => Buffer.from(secret.subarray(at, at + RUN)))
  return seen.some((bytes) => pieces.some((each) => Buffer.from(bytes).includes(each)))
}

/** The same with the source's keystreams off first: what the order of the two is for. */
const uncovering = (all: ReadonlyArray<Commuting>): void => {
  for (const side of ['source', 'target'] as const) {
    for (const { sample, [side]: keystream } of all) keystream?.batch.add(sample, keystream.iv, keystream.spans)
    for (const { [side]: keystream } of all) keystream?.batch.flush()
  }
}

const commuting = (all: ReadonlyArray<Commuting>): void => {
  const commuter = createCommuter()
  all.forEach(commuter.add)
  commuter.flush()
}

/** Clear bytes in front, protected ones behind them; large ones take another way through the cipher. */
const samples = fc.array(fc.tuple(fc.nat(30), fc.oneof(fc.integer({ min: RUN, max: 300 }), fc.constant(9000))), {
  minLength: 1,
  maxLength: 5,
})

const spansOf = (clear: number, covered: number): Spans => {
  const spans = noSpans()
  addSpan(spans, clear, covered)
  return spans
}

const move = (way: typeof commuting, cuts: ReadonlyArray<readonly [number, number]>) => {
  const clear = cuts.map(([open, covered], index) => independentCtr('cc'.repeat(16), hex(iv(index)), new Uint8Array(open + covered)))
  const given = clear.map((sample, index) => {
    const [open = 0, covered = 0] = cuts[index] ?? []
    return independentCtr(SOURCE, hex(iv(index)), sample, [[open, covered]])
  })
  const memory = new Uint8Array(Buffer.concat(given))
  const seen: Uint8Array[] = []
  const [source, target] = [watched(SOURCE, () => memory, seen), watched(TARGET, () => memory, seen)]
  let at = 0
  way(
    given.map(({ length }, index) => {
      const [open = 0, covered = 0] = cuts[index] ?? []
      const sample = memory.subarray(at, at + length)
      at += length
      return {
        sample,
        target: { batch: target, iv: iv(100 + index), spans: undefined },
        source: { batch: source, iv: iv(index), spans: spansOf(open, covered) },
      }
    })
  )
  at = 0
  const result = given.map(({ length }, index) => {
    at += length
    return hex(independentCtr(TARGET, hex(iv(100 + index)), memory.slice(at - length, at)))
  })
  const secrets = clear.map((sample, index) => sample.subarray(cuts[index]?.[0] ?? 0))
  return { clear: clear.map(hex), result, shown: secrets.some((secret) => shows(secret.subarray(0, 200), seen)) }
}

describe('between two counter-mode keys', () => {
  it('R2: no 16 clear bytes exist at any moment, and the target’s key opens the result', () => {
    fc.assert(
      fc.property(samples, (cuts) => {
        const { clear, result, shown } = move(commuting, cuts)
        expect(shown).toBe(false)
        expect(result).toEqual(clear)
      }),
      { numRuns: runs(15) }
    )
  })

  it('R2: the other order of the keystreams shows the samples', () => {
    fc.assert(
      fc.property(samples, (cuts) => {
        expect(move(uncovering, cuts).shown).toBe(true)
      }),
      { numRuns: 5 }
    )
  })

  it('covers a sample that the source declares clear', () => {
    const memory = new Uint8Array(50).fill(0x77)
    const batch = createCounterBatch(createSecretKey(Buffer.from(TARGET, 'hex')))
    commuting([{ sample: memory, target: { batch, iv: iv(1), spans: undefined }, source: undefined }])
    expect(hex(independentCtr(TARGET, hex(iv(1)), memory))).toBe('77'.repeat(50))
  })
})
