import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../../../fault/pipeline-fault'
import type { ByteSink } from '../../../io/byte-sink'
import type { Mp4Track } from '../mp4-track'
import { createProgressiveFile, type ProgressiveOptions } from './progressive-file'
import type { ProgressiveRun } from './sample-ledger'

/** Writes a file with one header for all samples to a sink, which its owner commits. */
export interface ProgressiveWriter {
  /** @param media the samples of the run, in any number of pieces; left alone until this has answered. */
  readonly add: (run: ProgressiveRun, media: ReadonlyArray<Uint8Array>) => TE.TaskEither<IoFault, void>
  readonly finish: () => TE.TaskEither<IoFault, void>
}

/** Opens a writer. @param options `reserve` only for sinks that can patch. @errors those of the sink. */
export const openProgressiveWriter = (
  sink: ByteSink,
  tracks: ReadonlyArray<Mp4Track>,
  options: ProgressiveOptions = {}
): TE.TaskEither<IoFault, ProgressiveWriter> => {
  const file = createProgressiveFile(tracks, options)
  return pipe(
    sink.write([file.start]),
    TE.map(() => ({
      add: (run, media) => sink.write([file.add(run), ...media]),
      finish: () => {
        const end = file.end()
        return end.type === 'Append' ? sink.write([end.bytes]) : sink.patch(end.at, end.bytes)
      },
    }))
  )
}
