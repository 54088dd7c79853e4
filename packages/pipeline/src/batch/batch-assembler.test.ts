import fc from 'fast-check'

import { faultThrown } from '../fault/testing/fault-of'
import { createPool, poolStatus, type PoolOptions } from '../lease/pool'
import type { Pool } from '../lease/pool-handle'
import { poolState } from '../lease/pool-state'
import { dirtyBytes } from '../lease/testing/pool-memory'
import { NO_ROOM } from '../media/sample-receiver'
import type { Batch } from './batch'
import { createBatchAssembler, type BatchAssembler } from './batch-assembler'
import { openBatch, releaseBatch } from './batch-inside'
import { MOST_SAMPLES } from './sample-columns'
import { SCHEME_MCE, SCHEME_NONE } from './schemes'
import type { Content } from './state'
import { readBatch } from './testing/read-batch'

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)
const ID = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9)

interface Bench {
  readonly pool: Pool
  readonly assembler: BatchAssembler
  /** Each batch that left: track, and value of the bytes where they are one value, else -1. */
  readonly left: Array<ReadonlyArray<readonly [track: number, length: number, value: number]>>
  readonly batches: Array<Batch<Content>>
  cancelled: boolean
}

const bench = (options: PoolOptions, { keep = false, scheme = SCHEME_NONE, salvage = false } = {}): Bench => {
  const pool = createPool(options)
  const made: Omit<Bench, 'assembler'> = { pool, left: [], batches: [], cancelled: false }
  const assembler = createBatchAssembler<Content>({
    pool: poolState(pool),
    state: 'content',
    tracks: new Map(),
    protections: [{ scheme }],
    protectionOf: () => 0,
    salvage,
    emit: (batch) => {
      made.left.push(
        readBatch(batch).map(({ track, bytes }) => [
          track,
          bytes.length,
          bytes.every((byte) => byte === bytes[0]) ? (bytes[0] ?? 0) : -1,
        ])
      )
      made.batches.push(batch)
      if (!keep) releaseBatch(batch)
    },
    cancelled: () => made.cancelled,
  })
  return Object.assign(made, { assembler })
}

/** Begins, writes and completes a sample of one value; answers its slot. */
const put = ({ assembler }: Bench, track: number, length: number, value: number): number => {
  const slot = assembler.begin(track, length, 0, 0, 0)
  if (slot === NO_ROOM) throw new Error('no room')
  assembler.write(slot, filled(length, value), 0, length, 0)
  assembler.complete(slot)
  return slot
}

describe('filling batches', () => {
  it('fills a batch to its last byte before the next begins', () => {
    const made = bench({ batchBytes: 100 })
    for (const value of [1, 2, 3, 4]) put(made, 1, 50, value)
    made.assembler.end()
    expect(made.left).toEqual([
      [[1, 50, 1], [1, 50, 2]],
      [[1, 50, 3], [1, 50, 4]],
    ])
  })

  it('puts together samples of several tracks that are open at once, in the order in which they began', () => {
    const made = bench({ batchBytes: 100 })
    const { assembler } = made
    const slots = [1, 2, 3].map((track) => assembler.begin(track, 20, track, 0, 0))
    for (const into of [0, 10]) {
      slots.forEach((slot, index) => assembler.write(slot, filled(30, index + 1), 5, 10, into))
    }
    for (const slot of [...slots].reverse()) assembler.complete(slot)
    assembler.end()
    expect(made.left).toEqual([[[1, 20, 1], [2, 20, 2], [3, 20, 3]]])
  })

  it('lets a full batch leave as soon as its samples are closed, not before and not later', () => {
    const made = bench({ batchBytes: 100 })
    const open = made.assembler.begin(2, 60, 0, 0, 0)
    put(made, 1, 40, 1)
    put(made, 1, 40, 2)
    expect(made.left).toEqual([])
    made.assembler.write(open, filled(60, 7), 0, 60, 0)
    made.assembler.complete(open)
    expect(made.left).toEqual([[[2, 60, 7], [1, 40, 1]]])
  })

  it('gives up a sample that is still open when the batch after it is full, and says where it was', () => {
    const made = bench({ batchBytes: 100 })
    const open = made.assembler.begin(2, 60, 0, 0, 4711)
    made.assembler.write(open, filled(60, 7), 0, 30, 0)
    for (const value of [1, 2, 3, 4]) put(made, 1, 40, value)
    expect(made.left).toEqual([[[1, 40, 1]], [[1, 40, 2], [1, 40, 3]]])
    expect(made.assembler.warnings()).toEqual([
      { offset: 4711, what: 'sample of stream 2 dropped: still open when the batch after it was full' },
    ])
  })

  it('never gives the slot of an abandoned sample to another one while the demuxer may speak of it', () => {
    const made = bench({ batchBytes: 100 })
    const { assembler } = made
    const abandoned = assembler.begin(2, 60, 0, 0, 0)
    for (const value of [1, 2, 3, 4]) put(made, 1, 40, value)
    const other = assembler.begin(3, 20, 0, 0, 0)
    expect(other).not.toBe(abandoned)
    assembler.write(other, filled(20, 9), 0, 20, 0)
    assembler.write(abandoned, filled(60, 0xee), 0, 60, 0)
    assembler.protection(abandoned, filled(8, 0xee), 0, 8)
    assembler.complete(abandoned)
    assembler.complete(abandoned)
    assembler.complete(other)
    assembler.end()
    expect(made.left.flat()).toEqual([[1, 40, 1], [1, 40, 2], [1, 40, 3], [1, 40, 4], [3, 20, 9]])
    expect(assembler.begin(4, 1, 0, 0, 0)).toBe(abandoned)
  })

  it('closes the gap of a dropped sample, and wipes what was written of it', () => {
    const made = bench({ batchBytes: 100 }, { keep: true })
    const { assembler } = made
    put(made, 1, 10, 1)
    const dropped = assembler.begin(2, 30, 0, 0, 0)
    assembler.write(dropped, filled(30, 0xdd), 0, 30, 0)
    put(made, 1, 10, 3)
    assembler.drop(dropped)
    assembler.end()
    expect(made.left).toEqual([[[1, 10, 1], [1, 10, 3]]])
    expect(openBatch(made.batches[0]).lease.bytes.includes(0xdd)).toBe(false)
  })

  it('emits nothing of a batch whose samples were all dropped', () => {
    const made = bench({ batchBytes: 100 })
    made.assembler.drop(made.assembler.begin(1, 50, 0, 0, 0))
    made.assembler.end()
    expect([made.left, poolStatus(made.pool).out]).toEqual([[], 0])
  })

  it('gives a sample that is larger than a batch a batch of its own', () => {
    const made = bench({ batchBytes: 100, maxSample: 1000 })
    for (const length of [40, 1000, 40, 40]) put(made, 1, length, length % 256)
    made.assembler.end()
    expect(made.left).toEqual([[[1, 40, 40]], [[1, 1000, 232]], [[1, 40, 40], [1, 40, 40]]])
  })

  it('lets a large sample give way that began just before the next large one', () => {
    const made = bench({ batchBytes: 100, maxSample: 1000 })
    const first = made.assembler.begin(1, 500, 0, 0, 1)
    const second = made.assembler.begin(3, 600, 0, 0, 2)
    expect(second).not.toBe(NO_ROOM)
    made.assembler.drop(first)
    made.assembler.write(second, filled(600, 3), 0, 600, 0)
    made.assembler.complete(second)
    made.assembler.end()
    expect(made.left).toEqual([[[3, 600, 3]]])
  })

  it('lets a large sample that is still open give way to the next large one, rather than stand still', () => {
    const made = bench({ batchBytes: 100, maxSample: 1000 })
    const first = made.assembler.begin(1, 500, 0, 0, 1)
    made.assembler.write(first, filled(500, 1), 0, 400, 0)
    put(made, 2, 20, 2)
    const second = made.assembler.begin(3, 600, 0, 0, 2)
    expect(second).not.toBe(NO_ROOM)
    made.assembler.write(second, filled(600, 3), 0, 600, 0)
    made.assembler.complete(first)
    made.assembler.complete(second)
    made.assembler.end()
    expect(made.left).toEqual([[[2, 20, 2]], [[3, 600, 3]]])
    expect(made.assembler.warnings().map(({ offset }) => offset)).toEqual([1])
  })

  it('refuses a sample above the limit, with its offset', () => {
    const { assembler } = bench({ batchBytes: 100, maxSample: 1000 })
    expect(faultThrown(() => assembler.begin(1, 1001, 0, 0, 77))).toEqual({
      type: 'SampleTooLarge',
      at: 77,
      bytes: 1001,
      limit: 1000,
    })
  })

  it('is full with so many rows, however small: few at first, so that the first samples need not wait, then twice as many each time', () => {
    const made = bench({})
    const rows = [256, 512, 1024, 2048, MOST_SAMPLES, MOST_SAMPLES, 3]
    const samples = rows.reduce((sum, each) => sum + each, 0)
    for (let index = 0; index < samples; index += 1) put(made, 1, 1, index % 251)
    made.assembler.end()
    expect(made.left.map(({ length }) => length)).toEqual(rows)
    expect(made.left.flat().map(([, , value]) => value)).toEqual(Array.from({ length: samples }, (_, index) => index % 251))
  })

  it('has no room while all leases are out, and has it again after a release', async () => {
    const made = bench({ leases: 3, batchBytes: 10 }, { keep: true })
    for (const value of [1, 2, 3]) put(made, 1, 10, value)
    expect(made.assembler.begin(1, 10, 0, 0, 0)).toBe(NO_ROOM)
    const ready = made.assembler.ready()
    releaseBatch(made.batches[0])
    await ready
    expect(made.assembler.begin(1, 10, 0, 0, 0)).not.toBe(NO_ROOM)
  })

  it('does not let a demuxer write into the next sample', () => {
    const { assembler } = bench({ batchBytes: 100 })
    const slot = assembler.begin(1, 10, 0, 0, 0)
    assembler.begin(2, 10, 0, 0, 0)
    expect(() => assembler.write(slot, filled(11, 1), 0, 11, 0)).toThrow(RangeError)
    expect(() => assembler.write(slot, filled(11, 1), 0, 2, 9)).toThrow(RangeError)
  })

  it('R17: refuses a protected sample that does not say its id, and leaves it out when it salvages', () => {
    const strict = bench({ batchBytes: 100 }, { scheme: SCHEME_MCE })
    const slot = strict.assembler.begin(3, 10, 0, 0, 99)
    expect(faultThrown(() => strict.assembler.complete(slot))).toEqual({
      type: 'MalformedMedia',
      format: 'asf',
      at: 99,
      expected: 'the sample ID of a protected sample of stream 3',
      found: 'none',
    })
    const salvaging = bench({ batchBytes: 100 }, { scheme: SCHEME_MCE, salvage: true })
    put(salvaging, 3, 10, 1)
    const named = salvaging.assembler.begin(3, 10, 0, 0, 0)
    salvaging.assembler.protection(named, ID, 0, 8)
    salvaging.assembler.complete(named)
    salvaging.assembler.end()
    expect(salvaging.left).toEqual([[[3, 10, 0]]])
    expect(salvaging.assembler.warnings()).toEqual([
      { offset: 0, what: 'protected sample of stream 3 without its sample ID dropped' },
    ])
  })

  it('keeps the id of each sample in the first bytes of its row, and no trace of an earlier one', () => {
    const made = bench({ batchBytes: 100 }, { keep: true, scheme: SCHEME_MCE })
    const ivs: string[] = []
    for (const id of [filled(16, 0xff), ID]) {
      const slot = made.assembler.begin(1, 100, 0, 0, 0)
      made.assembler.protection(slot, Uint8Array.of(1, ...id), 1, id.length)
      made.assembler.complete(slot)
      made.assembler.end()
      for (const batch of made.batches.splice(0)) {
        ivs.push(...readBatch(batch).map(({ iv }) => iv))
        // The next batch is filled in the same columns.
        releaseBatch(batch)
      }
    }
    expect(ivs).toEqual(['ff'.repeat(16), `${'00'.repeat(7)}09${'00'.repeat(8)}`])
  })

  it('takes nothing and waits for nothing once it is cancelled, also by the batch that leaves', async () => {
    const made = bench({ batchBytes: 10, stallAfter: 60_000 })
    const slot = made.assembler.begin(1, 10, 0, 0, 0)
    made.assembler.complete(slot)
    const { left } = made
    Object.defineProperty(made, 'cancelled', { get: () => left.length > 0 })
    expect(made.assembler.begin(1, 10, 0, 0, 0)).toBe(NO_ROOM)
    await made.assembler.ready()
    expect(poolStatus(made.pool)).toMatchObject({ out: 0, given: 1 })
  })

  it('gives back at the end what it did not emit', () => {
    const made = bench({ batchBytes: 100 })
    const open = made.assembler.begin(2, 60, 0, 0, 0)
    put(made, 1, 40, 1)
    put(made, 1, 40, 2)
    made.assembler.discard()
    made.assembler.write(open, filled(60, 1), 0, 60, 0)
    made.assembler.complete(open)
    made.assembler.end()
    expect([made.left, poolStatus(made.pool).out, dirtyBytes(made.pool)]).toEqual([[], 0, 0])
  })
})

type Step = { readonly do: 'begin' | 'write' | 'complete' | 'drop'; readonly track: number; readonly size: number }
const steps = fc.array(
  fc.record<Step>({
    do: fc.constantFrom('begin', 'begin', 'write', 'write', 'complete', 'complete', 'drop'),
    track: fc.integer({ min: 1, max: 4 }),
    size: fc.integer({ min: 1, max: 90 }),
  }),
  { maxLength: 120 }
)

interface ModelSample {
  readonly track: number
  readonly size: number
  readonly value: number
  readonly slot: number
  written: number
  fate: 'open' | 'whole' | 'gone'
}

/** Plays the steps as a demuxer would, and keeps beside what must come out. */
const play = (made: Bench, sequence: ReadonlyArray<Step>): ReadonlyArray<ModelSample> => {
  const all: ModelSample[] = []
  const open = new Map<number, ModelSample>()
  for (const step of sequence) {
    const sample = open.get(step.track)
    if (step.do === 'begin' && sample === undefined) {
      const slot = made.assembler.begin(step.track, step.size, all.length, 0, all.length)
      const begun: ModelSample = { ...step, value: (all.length % 250) + 1, slot, written: 0, fate: 'open' }
      all.push(begun)
      open.set(step.track, begun)
    } else if (sample !== undefined && step.do === 'write') {
      const length = Math.min(step.size, sample.size - sample.written)
      made.assembler.write(sample.slot, filled(length, sample.value), 0, length, sample.written)
      sample.written += length
    } else if (sample !== undefined && step.do === 'complete') {
      const rest = sample.size - sample.written
      made.assembler.write(sample.slot, filled(rest, sample.value), 0, rest, sample.written)
      made.assembler.complete(sample.slot)
      sample.fate = 'whole'
      open.delete(step.track)
    } else if (sample !== undefined && step.do === 'drop') {
      made.assembler.drop(sample.slot)
      sample.fate = 'gone'
      open.delete(step.track)
    }
  }
  made.assembler.end()
  return all
}

describe('any sequence of begin, write, complete and drop', () => {
  it('gives exactly the completed samples, in the order in which they began, with their bytes', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 90, max: 400 }), (sequence, batchBytes) => {
        const made = bench({ batchBytes })
        const all = play(made, sequence)
        const givenUp = new Set(made.assembler.warnings().map(({ offset }) => offset))
        const wanted = all.filter(({ fate }, index) => fate === 'whole' && !givenUp.has(index))
        expect(made.left.flat()).toEqual(wanted.map(({ track, size, value }) => [track, size, value]))
        expect([poolStatus(made.pool).out, dirtyBytes(made.pool)]).toEqual([0, 0])
      })
    )
  })

  it('gives up none where two batches hold everything', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const made = bench({ batchBytes: 120 * 90 })
        play(made, sequence)
        expect(made.assembler.warnings()).toEqual([])
      })
    )
  })
})
