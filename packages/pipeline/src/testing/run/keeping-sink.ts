import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSink } from '../../io/byte-sink'
import { joined } from '../media/made-media'

/** How a sink in memory takes what it gets. */
export interface KeepingSinkOptions {
  /** Turns of the event loop that a write takes before it looks at the bytes, as a slow disk does; 0 unless told. */
  readonly turns?: number
  /** The write that fails, from 0. */
  readonly failsAt?: number | undefined
}

/** A sink whose bytes can be looked at. */
export interface KeepingSink extends ByteSink {
  readonly bytes: () => Uint8Array
  readonly isCommitted: () => boolean
  /** Resolves when no write is under way. */
  readonly settled: () => Promise<void>
}

/** Keeps a copy of everything that is written, taken when the write ends, as the system may. */
export const keepingSink = ({ turns = 0, failsAt }: KeepingSinkOptions = {}): KeepingSink => {
  const kept: Uint8Array[] = []
  let committed = false
  let writes = 0
  let last: Promise<unknown> = Promise.resolve()
  const write = async (chunks: ReadonlyArray<Uint8Array>): Promise<IoFault | undefined> => {
    const sizes = chunks.map(({ length }) => length)
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
    writes += 1
    if (writes - 1 === failsAt) return { type: 'SinkFailed', place: 'memory', code: 'ENOSPC' }
    for (const [index, chunk] of chunks.entries()) {
      const copy = new Uint8Array(sizes[index] ?? 0)
      // Of memory that was taken away meanwhile the system finds what is there instead: zeros.
      if (chunk.length === copy.length) copy.set(chunk)
      kept.push(copy)
    }
    return undefined
  }
  return {
    place: 'memory',
    write: (chunks): TaskEither<IoFault, void> => async () => {
      const writing = write(chunks)
      last = writing
      const fault = await writing
      return fault === undefined ? E.right(undefined) : E.left(fault)
    },
    patch: (at, bytes) =>
      TE.fromIO(() => {
        const whole = joined(kept.splice(0))
        whole.set(bytes, at)
        kept.push(whole)
      }),
    commit: () =>
      TE.fromIO(() => {
        committed = true
      }),
    abort: () => TE.right(undefined),
    bytes: () => joined(kept),
    isCommitted: () => committed,
    settled: async () => {
      await last
    },
  }
}
