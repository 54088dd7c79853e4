import type { TaskEither } from 'fp-ts/TaskEither'

import type { BatchAssembler } from '../../batch/batch-assembler'
import type { RowProtection } from '../../batch/row-protection'
import type { PipelineFault } from '../../fault/pipeline-fault'
import type { MediaWarning } from '../../media/media-description'

/** How far a file was read. */
export interface ReadReport {
  /** Byte offset behind what was read. */
  readonly end: number
  /** What was odd. */
  readonly warnings: ReadonlyArray<MediaWarning>
}

/** Gives the samples of one file to whoever puts them into batches. */
export interface SampleSource {
  /** Ways of protection of the file; grows while it is read. */
  readonly protections: ReadonlyArray<RowProtection>
  /** Which of them a track has where its samples do not say. */
  readonly protectionOf: (track: number) => number
  /** Reads to the end. */
  readonly read: (assembler: BatchAssembler) => TaskEither<PipelineFault, ReadReport>
}
