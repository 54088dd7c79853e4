import { Observable } from 'rxjs'

import { tryAcquire } from '../../lease/acquire'
import { oncePerRun } from '../../lease/once-per-run'
import type { Pool } from '../../lease/pool-handle'
import { poolState } from '../../lease/pool-state'
import type { TrackDescription } from '../../media/media-description'
import { NO_ROOM } from '../../media/sample-receiver'
import type { Batch } from '../batch'
import { createBatchAssembler } from '../batch-assembler'
import { mintBatch } from '../batch-inside'
import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { addRow, startFilling } from '../filling'
import type { RowProtection } from '../row-protection'
import { createColumns } from '../sample-columns'
import { SCHEME_COCKTAIL, SCHEME_NONE } from '../schemes'
import type { State, StateName } from '../state'

/** A sample that a test puts into batches. */
export interface GivenSample {
  readonly track?: number
  readonly bytes: Uint8Array
  readonly time?: number
  readonly flags?: number
  readonly scheme?: number
  /** 8 or 16 bytes. */
  readonly id?: Uint8Array
  /** Under the classic cipher the lengths of the pieces that it comes in. */
  readonly ranges?: SampleRanges
}

/** What a test chooses of a source. */
export interface SourceOptions {
  readonly state: StateName
  readonly tracks?: ReadonlyMap<number, TrackDescription>
  /** In place of those that the schemes of the samples name; each sample is under the one of its track, in order. */
  readonly protections?: ReadonlyArray<RowProtection>
  /** Called before each sample. */
  readonly onSample?: (index: number) => void
}

/** An asynchronous source that fills batches as a demuxer does, and waits for leases. */
export const sampleSource = <S extends State>(
  pool: Pool,
  samples: ReadonlyArray<GivenSample>,
  options: SourceOptions
): Observable<Batch<S>> => oncePerRun(poolState(pool), filling<S>(pool, samples, options))

const filling = <S extends State>(
  pool: Pool,
  samples: ReadonlyArray<GivenSample>,
  { state, tracks = new Map(), onSample, protections }: SourceOptions
): Observable<Batch<S>> =>
  new Observable<Batch<S>>((subscriber) => {
    const schemes = new Map(samples.map(({ track = 1, scheme = SCHEME_NONE }) => [track, scheme]))
    const numbers = [...schemes.keys()]
    const assembler = createBatchAssembler<S>({
      pool: poolState(pool),
      state,
      tracks,
      protections: protections ?? [...schemes.values()].map((scheme) => ({ scheme })),
      protectionOf: (track) => numbers.indexOf(track),
      salvage: false,
      emit: (batch) => subscriber.next(batch),
      cancelled: () => subscriber.closed,
    })
    const run = async (): Promise<void> => {
      for (const [index, { track = 1, bytes, time = index, flags = 1, id, ranges }] of samples.entries()) {
        onSample?.(index)
        let slot = assembler.begin(track, bytes.length, time, flags, index)
        while (slot === NO_ROOM) {
          await assembler.ready()
          if (subscriber.closed) return
          slot = assembler.begin(track, bytes.length, time, flags, index)
        }
        const units = schemes.get(track) === SCHEME_COCKTAIL && ranges !== undefined
        if (ranges !== undefined && !units) {
          assembler.detail(slot, { decodeTime: time, duration: 0, protection: numbers.indexOf(track), ranges })
        }
        if (id !== undefined) assembler.protection(slot, id, 0, id.length)
        let at = 0
        for (const piece of units ? Array.from(ranges.protected) : [bytes.length]) {
          assembler.write(slot, bytes, at, piece, at)
          at += piece
        }
        assembler.complete(slot)
      }
      assembler.end()
      subscriber.complete()
    }
    run().catch((error: unknown) => subscriber.error(error))
    return assembler.discard
  })

/** A source that emits batches of one sample at once, as many as there are leases, and stops when nobody listens. */
export const synchronousSource = <S extends State>(
  pool: Pool,
  samples: ReadonlyArray<GivenSample>,
  { state, onSample }: SourceOptions
): Observable<Batch<S>> =>
  new Observable<Batch<S>>((subscriber) => {
    for (const [index, sample] of samples.entries()) {
      if (subscriber.closed) return
      onSample?.(index)
      subscriber.next(batchOf<S>(pool, sample, state))
    }
    subscriber.complete()
  })

/** A batch of one sample, made without a source. */
export const batchOf = <S extends State>(
  handle: Pool,
  { track = 1, bytes, time = 0, flags = 1, scheme = SCHEME_NONE, id }: GivenSample,
  state: StateName,
  tracks: ReadonlyMap<number, TrackDescription> = new Map()
): Batch<S> => {
  const pool = poolState(handle)
  const lease = tryAcquire(pool)
  if (lease === undefined) throw new Error('no lease is left')
  const columns = createColumns()
  const filling = startFilling(lease, columns)
  const row = addRow(filling, { track, size: bytes.length, time, flags, scheme, protection: 0 })
  lease.bytes.set(bytes, columns.offset[row])
  if (id !== undefined) columns.iv.set(id)
  return mintBatch<S>({ state, pool, lease, columns, count: 1, tracks, protections: [{ scheme }] })
}
