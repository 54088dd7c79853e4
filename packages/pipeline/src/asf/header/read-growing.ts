import * as E from 'fp-ts/Either'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { joinBytes } from '../bytes/join-bytes'

const FIRST_PIECE = 0x1_0000
const LARGEST_PIECE = 0x10_0000

/**
 * Reads `wanted` bytes, fewer only at the end of the source. Memory grows with what really comes, never with what a
 * file states.
 */
export const readGrowing = async (
  source: ByteSource,
  wanted: number
): Promise<E.Either<IoFault, Uint8Array>> => {
  const pieces: Uint8Array[] = []
  let have = 0
  let size = FIRST_PIECE
  while (have < wanted) {
    const piece = new Uint8Array(Math.min(size, wanted - have))
    let filled = 0
    while (filled < piece.length) {
      const answer = await source.read(piece.subarray(filled))()
      if (E.isLeft(answer)) return answer
      if (answer.right === 0) return E.right(joinBytes([...pieces, piece.subarray(0, filled)]))
      filled += answer.right
      have += answer.right
    }
    pieces.push(piece)
    size = Math.min(size * 2, LARGEST_PIECE)
  }
  return E.right(joinBytes(pieces))
}
