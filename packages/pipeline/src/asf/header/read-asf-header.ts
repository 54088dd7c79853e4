import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { hexExcerpt } from '../bytes/hex-excerpt'
import { readU64 } from '../bytes/read-little-endian'
import { GUID_BYTES, guidBytes, readGuid } from '../guid/guid-text'
import { TOP_LEVEL } from '../guid/top-level-guids'
import type { WarningLog } from '../../media/warning-log'
import { createWarningLog } from '../../media/warning-log'
import type { AsfDataObject, AsfHeader } from './asf-header'
import { DATA_OBJECT_BYTES } from './asf-header'
import { OBJECT_FRAME } from './asf-object'
import { HEADER_FIXED, parseAsfHeader } from './parse-asf-header'
import { readGrowing } from './read-growing'

/** Most bytes that may stand in front of the packets. */
const LARGEST_HEADER = 0x100_0000

type Answer<A> = Promise<E.Either<PipelineFault, A>>

/**
 * Reads everything in front of the first packet and not one byte more, so that {@link demuxAsf} can go on with the
 * same source.
 *
 * @errors MalformedMedia when this is no ASF file, TruncatedMedia when it ends too early, IoFault of the source.
 */
export const readAsfHeader =
  (source: ByteSource): TaskEither<PipelineFault, AsfHeader> =>
  async () => {
    const warnings = createWarningLog()
    const front = await readGrowing(source, HEADER_FIXED)
    if (E.isLeft(front)) return front
    const size = headerSize(front.right)
    if (E.isLeft(size)) return size
    const rest = await readGrowing(source, size.right - HEADER_FIXED)
    if (E.isLeft(rest)) return rest
    const have = HEADER_FIXED + rest.right.length
    if (have < size.right) return truncated(have, `a Header Object of ${size.right} bytes`)
    const header = new Uint8Array(size.right)
    header.set(front.right)
    header.set(rest.right, HEADER_FIXED)
    const data = await readDataObject(source, size.right, warnings)
    if (E.isLeft(data)) return data
    return parseAsfHeader(header, data.right, warnings)
  }

const headerSize = (front: Uint8Array): E.Either<PipelineFault, number> => {
  const guid = guidBytes(TOP_LEVEL.Header)
  const same = front.every((byte, index) => index >= GUID_BYTES || byte === guid[index])
  if (!same || front.length === 0) {
    const expected = `ASF Header Object GUID ${hexExcerpt(guid)}`
    return E.left({
      type: 'MalformedMedia',
      format: 'asf',
      at: 0,
      expected,
      found: hexExcerpt(front, 0, GUID_BYTES),
    })
  }
  if (front.length < HEADER_FIXED) return truncated(front.length, 'a Header Object')
  const size = readU64(front, GUID_BYTES)
  if (size >= HEADER_FIXED && size <= LARGEST_HEADER) return E.right(size)
  const expected = `a Header Object of ${HEADER_FIXED} to ${LARGEST_HEADER} bytes`
  return E.left({ type: 'MalformedMedia', format: 'asf', at: GUID_BYTES, expected, found: `${size} bytes` })
}

/** Skips unknown objects up to the Data Object and reads its fixed part. */
const readDataObject = async (
  source: ByteSource,
  from: number,
  warnings: WarningLog
): Answer<AsfDataObject> => {
  let at = from
  while (at <= LARGEST_HEADER) {
    const frame = await readGrowing(source, OBJECT_FRAME)
    if (E.isLeft(frame)) return frame
    const size = readU64(frame.right, GUID_BYTES)
    const guid = readGuid(frame.right, 0)
    if (frame.right.length < OBJECT_FRAME) return truncated(at + frame.right.length, 'a Data Object')
    if (guid === TOP_LEVEL.Data) return readDataFront(source, at, size)
    if (size < OBJECT_FRAME || size > LARGEST_HEADER) {
      const expected = `Data Object GUID ${hexExcerpt(guidBytes(TOP_LEVEL.Data))}`
      const found = hexExcerpt(frame.right, 0, GUID_BYTES)
      return E.left({ type: 'MalformedMedia', format: 'asf', at, expected, found })
    }
    warnings.add(at, `object ${guid} in front of the Data Object is skipped`)
    const skipped = await readGrowing(source, size - OBJECT_FRAME)
    if (E.isLeft(skipped)) return skipped
    at += OBJECT_FRAME + skipped.right.length
    if (skipped.right.length < size - OBJECT_FRAME) return truncated(at, `object ${guid} of ${size} bytes`)
  }
  const expected = `a Data Object in the first ${LARGEST_HEADER} bytes`
  return E.left({ type: 'MalformedMedia', format: 'asf', at, expected, found: 'other objects' })
}

const readDataFront = async (source: ByteSource, at: number, size: number): Answer<AsfDataObject> => {
  const rest = await readGrowing(source, DATA_OBJECT_BYTES - OBJECT_FRAME)
  if (E.isLeft(rest)) return rest
  const have = at + OBJECT_FRAME + rest.right.length
  if (rest.right.length < DATA_OBJECT_BYTES - OBJECT_FRAME)
    return truncated(have, 'the front of a Data Object')
  return E.right({ at, size, packetCount: readU64(rest.right, GUID_BYTES), firstPacketAt: have })
}

const truncated = (at: number, expected: string): E.Either<PipelineFault, never> =>
  E.left({ type: 'TruncatedMedia', format: 'asf', at, expected })
