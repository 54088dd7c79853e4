import type { IoFault } from '@custody/pipeline/fault'
import type { ByteSink } from '@custody/pipeline/io'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

/** A sink whose first bytes stand in its file already, and which knows where it is. */
export interface ReplayedSink extends ByteSink {
  /** Bytes that were given to it. */
  readonly position: () => number
  /** Whether it was given all that stood there. */
  readonly isCaughtUp: () => boolean
}

/** The fault of bytes that do not fit those that a killed run left. The next run begins anew. */
export const keptDiffer = (place: string): IoFault => ({ type: 'SinkFailed', place, code: 'ESTALE' })

/**
 * Takes the bytes of a run from its beginning and writes none of the first `kept`: a killed run has written those. Both
 * end a write there, or they are not the same run.
 */
export const replayedSink = (sink: ByteSink, kept: number): ReplayedSink => {
  let position = 0
  return {
    ...sink,
    position: () => position,
    isCaughtUp: () => position >= kept,
    write: (chunks) => {
      const bytes = chunks.reduce((sum, { length }) => sum + length, 0)
      const isKept = position < kept
      if (isKept && position + bytes > kept) return TE.left(keptDiffer(sink.place))
      const written: ReturnType<ByteSink['write']> = isKept ? TE.right(undefined) : sink.write(chunks)
      return pipe(
        written,
        TE.map(() => {
          position += bytes
        })
      )
    },
  }
}
