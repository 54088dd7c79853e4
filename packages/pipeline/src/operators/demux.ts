import * as E from 'fp-ts/Either'
import { Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { createBatchAssembler } from '../batch/batch-assembler'
import type { Clear, Content, State, StateName } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import { oncePerRun } from '../lease/once-per-run'
import type { Pool } from '../lease/pool-handle'
import { poolState } from '../lease/pool-state'
import type { MediaFile } from '../media/media-file'
import { asfSamples } from './sources/asf-samples'
import { mp4Samples } from './sources/mp4-samples'
import type { ReadReport, SampleSource } from './sources/sample-source'

/** How a source is read. */
export interface DemuxOptions {
  /** Take the whole samples of a damaged or truncated file instead of refusing it. ASF only. */
  readonly salvage?: boolean
  /** The cipher that the protected streams of an ASF file are under, which stands in headers that are opaque here; `mce` unless told. */
  readonly scheme?: 'mce' | 'cocktail'
  /**
   * How patterns of an MP4 file are read that end in a group with fewer blocks than are to be protected: `protected` is the
   * standard's, `clear` is that of files made for FFmpeg 5.1 and its like.
   */
  readonly lastGroup?: 'protected' | 'clear'
  /** Told once, at the end of the file, how far it was read and what was odd; not after a fault or a cancellation. */
  readonly onReport?: (report: ReadReport) => void
}

/**
 * The samples of the owner's clear file, in batches, in the order of the file. Cold; reads only as fast as leases come back.
 *
 * ```text
 * leases  6--5--4--3--2--1--0-----1------
 * demux   ---a--b--c--d--e--f-----g--|    waits while none is left (P7)
 * ```
 *
 * @errors `WrongState` for a file with protected streams or a protection header; those of the format, with byte offsets;
 * `Stalled`, `SampleTooLarge`.
 */
export const demuxClear = (file: MediaFile, pool: Pool, options: DemuxOptions = {}): Observable<Batch<Clear>> =>
  demuxAs<Clear>(file, pool, { ...options, state: 'clear' })

/**
 * The samples of a protected file, in batches, in the order of the file. Samples that the file itself declares clear come
 * along with scheme `none`. Cold; reads only as fast as leases come back.
 *
 * @errors `WrongState` for a file without protected streams; those of the format, with byte offsets; `Stalled`, `SampleTooLarge`.
 */
export const demuxContent = (file: MediaFile, pool: Pool, options: DemuxOptions = {}): Observable<Batch<Content>> =>
  demuxAs<Content>(file, pool, { ...options, state: 'content' })

/** How it is read, and in which state its batches are. */
type Demuxing = DemuxOptions & { readonly state: StateName }

const demuxAs = <S extends State>(file: MediaFile, pool: Pool, options: Demuxing): Observable<Batch<S>> =>
  oncePerRun(poolState(pool), reading<S>(file, pool, options))

// A source of its own, not `from(asyncIterable)`: the demuxer must stop at a lease, and RxJS would buffer the whole file.
const reading = <S extends State>(file: MediaFile, pool: Pool, options: Demuxing): Observable<Batch<S>> =>
  new Observable<Batch<S>>((subscriber) => {
    const found = stateOf(file, options.state)
    if (found !== options.state) {
      subscriber.error(new PipelineError({ type: 'WrongState', expected: options.state, found }))
      return
    }
    const { maxSample: largestSample } = poolState(pool)
    const { salvage = false, scheme = 'mce', lastGroup } = options
    const samples: SampleSource =
      file.container === 'asf'
        ? asfSamples(file, { salvage, largestSample, scheme })
        : mp4Samples(file, { largestSample, ...(lastGroup && { lastGroup }) })
    const assembler = createBatchAssembler<S>({
      pool: poolState(pool),
      state: options.state,
      tracks: file.tracks,
      protections: samples.protections,
      protectionOf: samples.protectionOf,
      salvage,
      emit: (batch) => {
        subscriber.next(batch)
      },
      cancelled: () => subscriber.closed,
    })
    const read = async (): Promise<void> => {
      const report = await samples.read(assembler)()
      if (E.isLeft(report)) throw new PipelineError(report.left)
      if (subscriber.closed) return
      assembler.end()
      const { end, warnings } = report.right
      options.onReport?.({ end, warnings: [...warnings, ...assembler.warnings()] })
      subscriber.complete()
    }
    read().catch((error: unknown) => {
      subscriber.error(error)
    })
    return assembler.discard
  })

/**
 * What the file is, asked as the given state: the owner's clear media must not name any protection, and protected content
 * must mark a stream. A file with protection headers and no marked stream is neither.
 */
const stateOf = ({ tracks, description }: MediaFile, asked: StateName): StateName => {
  const marked = [...tracks.values()].some(({ encrypted }) => encrypted)
  const named = marked || description.protection.length > 0
  return asked === 'clear' ? (named ? 'content' : 'clear') : marked ? 'content' : 'clear'
}
