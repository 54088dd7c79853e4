import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import { writeU64 } from '../bytes/write-little-endian'
import { DATA_OBJECT_BYTES } from '../header/asf-header'
import { buildFileProperties } from '../header/file-properties'
import type { AsfWriteReport } from './asf-writer'
import { durationOf, fileProperties } from './file-facts'
import { closePacket } from './packet-builder'
import { buildSimpleIndex } from './simple-index'
import type { Writing } from './writing'

const SIZE_AT = 16
const COUNT_AT = 40
const UNITS_PER_MILLISECOND = 10_000

type Answer<A> = Promise<E.Either<PipelineFault, A>>

/** Writes what is left, then the index, then the figures that are known only now. */
export const finishFile = async (writing: Writing, flush: () => Answer<void>): Answer<AsfWriteReport> => {
  const { builder, header, options, packetSize } = writing
  if (header === undefined) throw new Error('a writer without a header is finished')
  if (builder.payloads > 0) closePacket(builder, false)
  const flushed = await flush()
  if (E.isLeft(flushed)) return flushed
  const indexes = buildIndexes(writing)
  if (indexes.length > 0) {
    const written = await options.sink.write(indexes)()
    if (E.isLeft(written)) return written
  }
  const indexBytes = indexes.reduce((sum, { length }) => sum + length, 0)
  const bytes = header.bytes.length + builder.count * packetSize + indexBytes
  const patched = await patchCounts(writing, header.filePropertiesAt, header.dataAt, bytes)
  if (E.isLeft(patched)) return patched
  writing.state = 'finished'
  return E.right({
    packets: builder.count,
    bytes,
    duration: durationOf(writing),
    emptySamples: writing.emptySamples,
    losses: header.losses,
  })
}

/** One for each video stream in the order of their numbers, because readers match them by place. */
const buildIndexes = (writing: Writing): ReadonlyArray<Uint8Array> => {
  const { fileId, header } = writing.options
  const end = durationOf(writing) / UNITS_PER_MILLISECOND + header.file.preroll
  return [...writing.ledgers.values()]
    .sort((one, other) => one.stream.number - other.stream.number)
    .flatMap(({ index }) => (index === undefined ? [] : [buildSimpleIndex(index, fileId, end)]))
}

const patchCounts = async (
  writing: Writing,
  propertiesAt: number,
  dataAt: number,
  bytes: number
): Answer<void> => {
  const { builder, options, packetSize } = writing
  const properties = await options.sink.patch(
    propertiesAt,
    buildFileProperties(fileProperties(writing, bytes))
  )()
  if (E.isLeft(properties)) return properties
  const size = new Uint8Array(8)
  writeU64(size, 0, DATA_OBJECT_BYTES + builder.count * packetSize)
  const sized = await options.sink.patch(dataAt + SIZE_AT, size)()
  if (E.isLeft(sized)) return sized
  const count = new Uint8Array(8)
  writeU64(count, 0, builder.count)
  return options.sink.patch(dataAt + COUNT_AT, count)()
}
