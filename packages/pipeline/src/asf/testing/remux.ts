import * as E from 'fp-ts/Either'

import type { AsfHeader } from '../header/asf-header'
import type { AsfSample, AsfWriteReport, AsfWriterOptions } from '../write/asf-writer'
import { createAsfWriter } from '../write/create-asf-writer'
import type { CollectedSample } from './collecting-receiver'
import { memorySink } from './memory-sink'

/** A file that was written, and what the writer says of it. */
export interface WrittenFile {
  readonly bytes: Uint8Array
  readonly report: AsfWriteReport
}

/** What a test may choose; a clear file with the template's packet size by default. */
export type RemuxOptions = Partial<Omit<AsfWriterOptions, 'sink' | 'header'>> & {
  /** Samples between two flushes. */
  readonly flushEvery?: number
  /** Adds fields to a sample. */
  readonly dress?: (sample: AsfSample, index: number) => AsfSample
}

const FILE_ID = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index)
const CREATION = 133_500_000_000_000_000n

/** Writes collected samples into a file in memory. */
export const remux = async (
  header: AsfHeader,
  samples: ReadonlyArray<Pick<CollectedSample, 'track' | 'time' | 'flags' | 'bytes'>>,
  options: RemuxOptions = {}
): Promise<WrittenFile> => {
  const { flushEvery = 7, dress = (sample) => sample, ...chosen } = options
  const sink = memorySink()
  const writer = createAsfWriter({
    encryptedStreams: new Set(),
    sampleIds: new Set(),
    protectionObjects: [],
    extensionObjects: [],
    fileId: FILE_ID,
    creationTime: CREATION,
    ...chosen,
    sink,
    header,
  })
  const must = <A>(answer: E.Either<unknown, A>): A => {
    if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
    return answer.right
  }
  must(await writer.begin()())
  for (const [index, { track, time, flags, bytes }] of samples.entries()) {
    writer.addSample(dress({ stream: track, bytes, offset: 0, size: bytes.length, time, flags }, index))
    if (index % flushEvery === 0) must(await writer.flush()())
  }
  const report = must(await writer.finish()())
  return { bytes: sink.bytes(), report }
}
