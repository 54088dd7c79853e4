import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { walkTrailer } from '../demux/walk-trailer'
import type { AsfHeader } from '../header/asf-header'
import { DATA_OBJECT_BYTES } from '../header/asf-header'
import type { AsfObject } from '../header/asf-object'

/** Most bytes of index objects that are kept. */
const MOST_BYTES = 0x100_0000

/**
 * The index objects behind the packets of a file that can be read at any place; none where the source cannot, or where
 * the file does not say how long its packets go on. The place up to which the source was read stays as it was.
 */
export const readIndexes =
  (source: ByteSource, { file, data }: AsfHeader): TaskEither<IoFault, ReadonlyArray<AsfObject>> =>
  async () => {
    const { readAt } = source
    if (readAt === undefined || file.broadcast || data.size <= DATA_OBJECT_BYTES) return E.right([])
    let at = data.at + data.size
    const behind: Pick<ByteSource, 'read'> = {
      read: (into) => async () => {
        const read = await readAt(into, at)()
        if (E.isRight(read)) at += read.right
        return read
      },
    }
    const objects: AsfObject[] = []
    let room = MOST_BYTES
    const walked = await walkTrailer(behind, { bytes: new Uint8Array(), at }, (object) => {
      room -= object.bytes.length
      if (room >= 0) objects.push(object)
    })
    return E.isLeft(walked) ? walked : E.right(objects)
  }
