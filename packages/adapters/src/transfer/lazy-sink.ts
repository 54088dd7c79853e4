import type { IoFault } from '@custody/pipeline/fault'
import type { ByteSink } from '@custody/pipeline/io'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

/** A sink that makes its file at the first write, so that a track without samples leaves no empty file. */
export const lazySink = (place: string, open: TE.TaskEither<IoFault, ByteSink>): ByteSink => {
  let opened: ByteSink | undefined
  const sink = (): TE.TaskEither<IoFault, ByteSink> =>
    opened !== undefined
      ? TE.right(opened)
      : pipe(
          open,
          TE.map((made) => {
            opened = made
            return made
          })
        )
  return {
    place,
    write: (chunks) =>
      pipe(
        sink(),
        TE.chain((made) => made.write(chunks))
      ),
    patch: (at, bytes) =>
      pipe(
        sink(),
        TE.chain((made) => made.patch(at, bytes))
      ),
    sync: () => opened?.sync?.() ?? TE.right(undefined),
    commit: () => (opened === undefined ? TE.right(undefined) : opened.commit()),
    abort: () => (opened === undefined ? TE.right(undefined) : opened.abort()),
  }
}
