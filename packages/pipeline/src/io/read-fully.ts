import * as E from 'fp-ts/Either'

import type { IoFault } from '../fault/pipeline-fault'
import type { ByteSource } from './byte-source'

/** Fills `into` from the source; answers how many bytes there were, fewer than its length only at the end. */
export const readFully = async (source: ByteSource, into: Uint8Array): Promise<E.Either<IoFault, number>> => {
  let filled = 0
  while (filled < into.length) {
    const answer = await source.read(filled === 0 ? into : into.subarray(filled))()
    if (E.isLeft(answer)) return answer
    if (answer.right === 0) break
    filled += answer.right
  }
  return E.right(filled)
}
