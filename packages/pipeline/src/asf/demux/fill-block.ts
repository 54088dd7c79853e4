import * as E from 'fp-ts/Either'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { PacketWalk } from './walk-packets'

/**
 * Reads once into the free part of the block, after moving a packet that is not yet whole to its front. Never reads
 * past the last packet that may be there.
 *
 * @returns Bytes read; 0 at the end of the source.
 */
export const fillBlock = async (source: ByteSource, walk: PacketWalk): Promise<E.Either<IoFault, number>> => {
  const { cursor, packetSize } = walk
  const { bytes } = cursor
  if (walk.next > 0) {
    bytes.copyWithin(0, walk.next, walk.filled)
    cursor.base += walk.next
    walk.filled -= walk.next
    walk.next = 0
  }
  const wanted = (walk.mostPackets - walk.packets) * packetSize
  const answer = await source.read(bytes.subarray(walk.filled, Math.min(bytes.length, wanted)))()
  if (E.isRight(answer)) walk.filled += answer.right
  return answer
}
