import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { Mp4Receiver } from './mp4-receiver'
import type { FragmentContext } from './samples/fragment-samples'
import type { SampleQueue } from './samples/movie-samples'
import type { SourceWalk } from './source-walk'

/** What is known in the middle of a file. */
export interface DemuxState {
  readonly walk: SourceWalk
  readonly receiver: Mp4Receiver
  readonly largestSample: number
  context: FragmentContext | undefined
  /** Samples whose bytes come, in the order of the file. */
  waiting: SampleQueue
  /** Units of the track that the edit list of each adds to its times. */
  shifts: ReadonlyMap<number, number>
  /** Where media bytes began that came before their header. */
  early: number | undefined
  samples: number
}

/** What a step of reading comes to. */
export type Step = Promise<E.Either<PipelineFault, void>>

/** A file that ends too early. */
export const truncated = (at: number, expected: string): PipelineFault => ({ type: 'TruncatedMedia', format: 'mp4', at, expected })

/** What is wrong when samples are left whose bytes do not come. */
export const missed = ({ waiting, walk }: DemuxState): PipelineFault | undefined => {
  const next = waiting.peek()
  if (next === undefined) return undefined
  if (E.isLeft(next)) return next.left
  return truncated(walk.at(), `a sample at ${String(next.right.at)} of ${String(next.right.size)} bytes`)
}

