import { newEvent } from '@custody/core/event'
import type { ProcessContext } from '@custody/core/process'
import { checkpoint, type MuxEvent } from '@custody/pipeline/operators'
import type { Observable } from 'rxjs'

import type { Checkpoints } from './export-request'
import type { ReplayedSink } from './replayed-sink'
import { record, step } from './run-process'
import { TransferCheckpointed, transferStream } from './transfer-event'

/** One file of a package that is being made. */
export interface FileInProgress {
  /** Of its track. */
  readonly number: number
  readonly file: string
  readonly sink: ReplayedSink
}

/** What is saved, and how often. */
export interface ExportSaving {
  readonly useId: string
  readonly every: Checkpoints | undefined
  readonly files: ReadonlyArray<FileInProgress>
}

/** What is lost by a kill is little, and what is forced to the disk on the way is little too. */
const USUAL: Checkpoints = { bytes: 64 * 1024 * 1024, milliseconds: 5000 }

const MICROSECONDS = 1000

/** Notes in the log, now and then, how much of each file is durable: first the bytes, then the word for them. */
export const exportCheckpoints = (
  context: ProcessContext,
  { useId, every = USUAL, files }: ExportSaving
): ((run: Observable<MuxEvent>) => Observable<MuxEvent>) =>
  checkpoint<MuxEvent>({
    everyBytes: every.bytes,
    everyMilliseconds: every.milliseconds,
    // What is written again only in thought is durable already.
    bytesOf: ({ bytes }) => (files.every(({ sink }) => sink.isCaughtUp()) ? bytes : undefined),
    now: () => context.home.clock.now() / MICROSECONDS,
    save: async () => {
      const tracks = files
        .map(({ number, file, sink }) => ({ number, file, bytes: sink.position() }))
        .filter(({ bytes }) => bytes > 0)
      for (const { sink } of files) if (sink.sync !== undefined) await step(sink.sync())
      await record(context, transferStream(useId), newEvent(TransferCheckpointed, { useId, tracks }))
    },
  })
