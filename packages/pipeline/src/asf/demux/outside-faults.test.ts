import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import { PipelineError } from '../../fault/pipeline-error'
import type { IoFault, PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { NO_ROOM } from '../../media/sample-receiver'
import { readAsfHeader } from '../header/read-asf-header'
import { collectingReceiver } from '../testing/collecting-receiver'
import { fixtureNamed } from '../testing/fixtures'
import { memorySink } from '../testing/memory-sink'
import { memorySource } from '../testing/memory-source'
import { readGood } from '../testing/read-whole'
import { createAsfWriter } from '../write/create-asf-writer'
import { demuxAsf } from './demux-asf'

const bytes = fixtureNamed('wmv2-wma2.wmv').bytes()
const broken: IoFault = { type: 'SourceFailed', place: 'memory', code: 'EIO' }

/** Fails at the first read after so many bytes. */
const failingSource = (after: number): ByteSource => {
  const source = memorySource(bytes, 1000)
  let given = 0
  return {
    ...source,
    read: (into) => {
      given += 1000
      return given > after ? TE.left(broken) : source.read(into)
    },
  }
}

describe('a source that fails', () => {
  it.each([0, 300, 1000, 50_000])(
    'after %i bytes ends reading with its fault, and nothing stays open',
    async (after) => {
      const source = failingSource(after)
      const header = await readAsfHeader(source)()
      if (E.isLeft(header)) {
        expect(header).toEqual(E.left(broken))
        return
      }
      const receiver = collectingReceiver()
      expect(await demuxAsf(source, header.right, receiver)()).toEqual(E.left(broken))
      expect(receiver.open()).toBe(0)
    }
  )
})

describe('the block that is read into', () => {
  it.each([5000, Infinity])('R4: holds nothing more when reading has ended, after %i bytes', async (after) => {
    const source = after === Infinity ? memorySource(bytes) : failingSource(after)
    const header = await readAsfHeader(source)()
    if (E.isLeft(header)) throw new Error(header.left.type)
    const blocks = new Set<ArrayBufferLike>()
    const watched: ByteSource = {
      ...source,
      read: (into) => {
        blocks.add(into.buffer)
        return source.read(into)
      },
    }
    const ended = await demuxAsf(watched, header.right, collectingReceiver())()
    expect(E.isRight(ended)).toBe(after === Infinity)
    const [block] = blocks
    expect(block?.byteLength).toBeGreaterThan(0)
    expect(new Uint8Array(block ?? new ArrayBuffer(1)).some((byte) => byte !== 0)).toBe(false)
  })
})

describe('a receiver', () => {
  const reading = async (
    ready: () => Promise<void>,
    cancelled = false
  ): Promise<E.Either<PipelineFault, unknown>> => {
    const source = memorySource(bytes)
    const header = await readAsfHeader(source)()
    if (E.isLeft(header)) return header
    const receiver = { ...collectingReceiver(), begin: () => NO_ROOM, ready, cancelled: () => cancelled }
    return demuxAsf(source, header.right, receiver)()
  }

  it('that will never have room ends reading with its fault', async () => {
    const fault: PipelineFault = { type: 'Stalled', held: {} }
    expect(await reading(() => Promise.reject(new PipelineError(fault)))).toEqual(E.left(fault))
  })

  it('with a bug of its own is not caught', async () => {
    await expect(reading(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug')
  })

  it('that is cancelled is asked nothing', async () => {
    const answer = await reading(() => Promise.reject(new Error('asked')), true)
    expect(answer).toEqual(E.right(expect.objectContaining({ packets: 0, warnings: [] })))
  })
})

describe('a sink that fails', () => {
  it.each([1, 2, 3, 4, 5])('at its step %i ends writing with its fault', async (step) => {
    const { header, receiver } = await readGood(bytes)
    const fault: IoFault = { type: 'SinkFailed', place: 'memory', code: 'ENOSPC' }
    const sink = memorySink()
    let steps = 0
    const failing = <A>(go: TE.TaskEither<IoFault, A>): TE.TaskEither<IoFault, A> => {
      steps += 1
      return steps === step ? TE.left(fault) : go
    }
    const writer = createAsfWriter({
      sink: {
        ...sink,
        write: (chunks) => failing(sink.write(chunks)),
        patch: (at, piece) => failing(sink.patch(at, piece)),
      },
      header,
      encryptedStreams: new Set(),
      sampleIds: new Set(),
      protectionObjects: [],
      extensionObjects: [],
      fileId: new Uint8Array(16),
      creationTime: 0n,
    })
    const answers: unknown[] = [await writer.begin()()]
    for (const { track, time, flags, bytes: data } of receiver.samples) {
      writer.addSample({ stream: track, bytes: data, offset: 0, size: data.length, time, flags })
    }
    answers.push(await writer.finish()())
    expect(answers).toContainEqual(E.left(fault))
  })
})
