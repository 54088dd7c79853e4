import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import { addSample } from './add-sample'
import type { AsfWriter, AsfWriterOptions } from './asf-writer'
import { fileProperties } from './file-facts'
import { finishFile } from './finish-file'
import { finishedPackets, forgetFinished } from './packet-blocks'
import { largestPayload } from './packet-layout'
import { rebuildHeader } from './rebuild-header'
import type { Writing } from './writing'
import { createWriting, refusal } from './writing'

/**
 * Writes an ASF file in packets of one size, with a Simple Index for each video stream.
 *
 * @errors WrongState when a step comes out of order; UnsupportedMedia for a packet size that ASF does not allow;
 * SinkFailed of the sink. `addSample` throws on a sample that breaks its contract.
 */
export const createAsfWriter = (options: AsfWriterOptions): AsfWriter => {
  const writing = createWriting(options)
  const flush = begun(writing, () => flushPackets(writing))
  return {
    begin: () => () => begin(writing),
    addSample: (sample) => addSample(writing, sample),
    flush: () => flush,
    finish: () => begun(writing, () => finishFile(writing, () => flushPackets(writing))),
    largestUnit: (stream) => {
      const { packets } = writing.builder
      return largestPayload(packets.packetSize, writing.ledgers.get(stream)?.replicated ?? 0)
    },
  }
}

const begin = async (writing: Writing): Promise<E.Either<PipelineFault, void>> => {
  if (writing.state !== 'new') return wrongState('new', writing.state)
  const fault = refusal(writing)
  if (fault !== undefined) return E.left(fault)
  const { options } = writing
  const header = rebuildHeader(options.header, fileProperties(writing, undefined), options)
  writing.header = header
  writing.state = 'begun'
  return options.sink.write([header.bytes])()
}

const flushPackets = async (writing: Writing): Promise<E.Either<PipelineFault, void>> => {
  const { builder, options } = writing
  const finished = finishedPackets(builder.packets)
  if (finished.length === 0) return E.right(undefined)
  const written = await options.sink.write(finished)()
  if (E.isRight(written)) forgetFinished(builder.packets, builder.payloads === 0 ? 0 : builder.used)
  return written
}

const begun =
  <A>(writing: Writing, step: () => Promise<E.Either<PipelineFault, A>>): TaskEither<PipelineFault, A> =>
  async () =>
    writing.state === 'begun' ? step() : wrongState('begun', writing.state)

const wrongState = (expected: string, found: string): E.Either<PipelineFault, never> =>
  E.left({ type: 'WrongState', expected, found })
