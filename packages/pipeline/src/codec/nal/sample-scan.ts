import type * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import type { NalTable } from './nal-table'

/**
 * Finds the NAL units of a sample in the form that the samples of a stream have; answers how many rows of `out` were
 * filled.
 */
export type SampleScan = (
  bytes: Uint8Array,
  from: number,
  to: number,
  out: NalTable
) => E.Either<MalformedMedia, number>
