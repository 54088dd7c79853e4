import { createSecretKey } from 'node:crypto'
import fc from 'fast-check'

import { startCounterStream, type CounterStream } from '../../cipher/counter-mode'
import { commuteSample, type Commuting } from './commute-sample'
import { independentCtr } from './testing/independent-ctr'

const SOURCE = '0a'.repeat(16)
const TARGET = 'b0'.repeat(16)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const iv = (value: number): string => value.toString(16).padStart(16, '0').padEnd(32, '0')
const RUN = 16

/** A keystream that shows what comes out of it. */
const watched = (key: string, counter: string, seen: Uint8Array[]): CounterStream => {
  const stream = startCounterStream(createSecretKey(Buffer.from(key, 'hex')), Buffer.from(counter, 'hex'))
  return {
    apply: (input) => {
      const output = stream.apply(input)
      seen.push(output.slice())
      return output
    },
  }
}

/** Whether any `RUN` bytes of the clear sample stand in what was seen. */
const showsClear = (clear: Uint8Array, seen: ReadonlyArray<Uint8Array>): boolean => {
  const runs = Array.from({ length: Math.max(0, clear.length - RUN + 1) }, (_, at) => Buffer.from(clear.subarray(at, at + RUN)))
  return seen.some((bytes) => runs.some((each) => Buffer.from(bytes).includes(each)))
}

/** The same with the source's keystream off first: what the order of the two is for. */
const uncovering = ({ source, target, sample, into, at }: Commuting): void => {
  into.set(target.apply(source?.apply(sample) ?? sample), at)
}

const samples = fc.uint8Array({ minLength: RUN, maxLength: 200 })
const move = (way: typeof commuteSample, clear: Uint8Array): { readonly seen: Uint8Array[]; readonly memory: Uint8Array } => {
  const seen: Uint8Array[] = []
  const memory = new Uint8Array(40 + clear.length)
  memory.set(independentCtr(SOURCE, iv(3), clear), 40)
  way({
    source: watched(SOURCE, iv(3), seen),
    target: watched(TARGET, iv(9), seen),
    sample: memory.subarray(40),
    into: memory,
    at: 7,
  })
  return { seen: [...seen, memory], memory }
}

describe('between two counter-mode keys', () => {
  it('R2: no 16 clear bytes exist at any moment, and the target’s key opens the result', () => {
    fc.assert(
      fc.property(samples, (clear) => {
        const { seen, memory } = move(commuteSample, clear)
        expect(showsClear(clear, seen)).toBe(false)
        expect(hex(independentCtr(TARGET, iv(9), memory.slice(7, 7 + clear.length)))).toBe(hex(clear))
      })
    )
  })

  it('R2: the other order of the keystreams shows the sample', () => {
    fc.assert(
      fc.property(samples, (clear) => {
        expect(showsClear(clear, move(uncovering, clear).seen)).toBe(true)
      })
    )
  })

  it('covers a sample that the source declares clear', () => {
    const clear = new Uint8Array(50).fill(0x77)
    const into = new Uint8Array(50)
    commuteSample({ source: undefined, target: watched(TARGET, iv(1), []), sample: clear, into, at: 0 })
    expect(hex(independentCtr(TARGET, iv(1), into))).toBe(hex(clear))
  })
})
