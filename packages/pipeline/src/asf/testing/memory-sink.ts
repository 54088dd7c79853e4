import * as TE from 'fp-ts/TaskEither'

import type { ByteSink } from '../../io/byte-sink'

/** A sink whose bytes can be looked at. */
export interface MemorySink extends ByteSink {
  readonly bytes: () => Uint8Array
}

/** Keeps everything that is written. */
export const memorySink = (): MemorySink => {
  let held = new Uint8Array(0x1000)
  let size = 0
  const write = (chunk: Uint8Array): void => {
    while (size + chunk.length > held.length) {
      const larger = new Uint8Array(held.length * 2)
      larger.set(held)
      held = larger
    }
    held.set(chunk, size)
    size += chunk.length
  }
  return {
    place: 'memory',
    write: (chunks) => TE.fromIO(() => chunks.forEach(write)),
    patch: (at, bytes) => TE.fromIO(() => held.set(bytes, at)),
    commit: () => TE.right(undefined),
    abort: () => TE.right(undefined),
    bytes: () => held.slice(0, size),
  }
}
