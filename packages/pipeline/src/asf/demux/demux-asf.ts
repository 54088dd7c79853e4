import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { PipelineError } from '../../fault/pipeline-error'
import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { MediaWarning } from '../../media/media-description'
import type { SampleReceiver } from '../../media/sample-receiver'
import type { AsfHeader } from '../header/asf-header'
import type { AsfObject } from '../header/asf-object'
import { createPacketCursor } from '../packet/packet-cursor'
import { abandonAll } from '../reassembly/abandon-object'
import { createObjectTable, STREAM_ROWS } from '../reassembly/object-table'
import { planStreams } from '../reassembly/stream-plan'
import { createWarningLog } from '../../media/warning-log'
import { fillBlock } from './fill-block'
import type { PacketExtent } from './packet-extent'
import { indexBegins, packetExtent } from './packet-extent'
import { BLOCK_DONE, DATA_DONE, FAILED, NEEDS_ROOM, walkCutPacket, walkPackets } from './walk-packets'
import type { PacketWalk } from './walk-packets'
import { walkTrailer } from './walk-trailer'

/** How a file is read. */
export interface DemuxOptions {
  /** Damage becomes a warning, and reading goes on at the next packet; by default it is a fault. */
  readonly salvage?: boolean
  /** Stream numbers to read; all by default. */
  readonly streams?: ReadonlySet<number>
  /** Bytes of the largest object that is put together; 16 MiB by default. */
  readonly largestSample?: number
  /** Gets every whole index object behind the packets. */
  readonly onIndex?: (object: AsfObject) => void
}

/** What reading the packets found. */
export interface DemuxReport {
  /** Whole packets. */
  readonly packets: number
  readonly warnings: ReadonlyArray<MediaWarning>
  /** Byte offset after the last packet that was read. */
  readonly end: number
}

/** Bytes read at a time, in whole packets. */
const BLOCK_BYTES = 0x10_0000
const LARGEST_SAMPLE = 0x100_0000

/**
 * Reads the packets after {@link readAsfHeader} and hands every whole object to the receiver. Each payload is
 * written in one piece as it is stored, except clear audio that is spread, which is put in playing order.
 *
 * @errors MalformedMedia and TruncatedMedia with the offset unless `salvage`; SampleTooLarge; IoFault of the
 * source; what `ready()` rejects with.
 */
export const demuxAsf =
  (
    source: ByteSource,
    header: AsfHeader,
    receiver: SampleReceiver,
    options: DemuxOptions = {}
  ): TaskEither<PipelineFault, DemuxReport> =>
  async () => {
    const walk = createWalk(header, receiver, options)
    const extent = packetExtent(header)
    walk.mostPackets = extent.most
    if (extent.disagree) {
      walk.run.warnings.add(header.data.at, `packet counts disagree: ${extent.expected} and ${extent.most}`)
    }
    try {
      return await readAll(source, walk, extent, options)
    } finally {
      // The owner's clear file leaves no copy behind, however reading ends.
      walk.cursor.bytes.fill(0)
    }
  }

const readAll = async (
  source: ByteSource,
  walk: PacketWalk,
  extent: PacketExtent,
  { onIndex }: DemuxOptions
): Promise<E.Either<PipelineFault, DemuxReport>> => {
  const ended = await readPackets(source, walk, extent)
  abandonAll(walk.run, E.isLeft(ended) ? 'reading ends with a fault' : 'the data end')
  if (E.isLeft(ended)) return ended
  const end = walk.cursor.base + walk.next
  const whole = await checkTrailer(source, walk, onIndex)
  if (E.isLeft(whole)) return whole
  return E.right({ packets: walk.packets, warnings: walk.run.warnings.list(), end })
}

/** A file that ends inside its index was cut off, though every packet is there. */
const checkTrailer = async (source: ByteSource, walk: PacketWalk, onIndex: DemuxOptions['onIndex']): Promise<Ending> => {
  const { cursor, run, next, filled } = walk
  if (run.receiver.cancelled()) return E.right(undefined)
  const trailer = await walkTrailer(source, { bytes: cursor.bytes.slice(next, filled), at: cursor.base + next }, onIndex)
  if (E.isLeft(trailer)) return trailer
  const { cutAt } = trailer.right
  if (cutAt === undefined) return E.right(undefined)
  const expected = 'the rest of an index object'
  if (!walk.salvage) return E.left({ type: 'TruncatedMedia', format: 'asf', at: cutAt, expected })
  run.warnings.add(cutAt, `the file ends inside an index object`)
  return E.right(undefined)
}

const createWalk = (header: AsfHeader, receiver: SampleReceiver, options: DemuxOptions): PacketWalk => {
  const { packetSize } = header.file
  const cursor = createPacketCursor()
  cursor.bytes = new Uint8Array(Math.max(1, Math.floor(BLOCK_BYTES / packetSize)) * packetSize)
  cursor.base = header.data.firstPacketAt
  return {
    run: {
      plan: planStreams(header, options.streams),
      objects: createObjectTable(),
      receiver,
      warnings: createWarningLog(),
      largestSample: options.largestSample ?? LARGEST_SAMPLE,
      tooLarge: 0,
      strangers: new Uint8Array(STREAM_ROWS),
    },
    cursor,
    packetSize,
    salvage: options.salvage ?? false,
    next: 0,
    filled: 0,
    packets: 0,
    mostPackets: Infinity,
    open: false,
    fault: undefined,
  }
}

type Ending = E.Either<PipelineFault, void>

const readPackets = async (source: ByteSource, walk: PacketWalk, extent: PacketExtent): Promise<Ending> => {
  for (;;) {
    const read = await fillBlock(source, walk)
    if (E.isLeft(read)) return read
    if (read.right === 0) return endOfInput(walk, extent)
    const walked = await walkWithRoom(walk, walkPackets)
    if (E.isLeft(walked)) return walked
    if (walked.right === FAILED && walk.fault !== undefined) return failed(walk, extent, walk.fault)
    if (walked.right === DATA_DONE) return dataDone(walk, extent)
  }
}

/** Walks, and waits for the receiver as often as it has no room. */
const walkWithRoom = async (
  walk: PacketWalk,
  step: (walk: PacketWalk) => number
): Promise<E.Either<PipelineFault, number>> => {
  for (;;) {
    const answer = step(walk)
    if (answer !== NEEDS_ROOM) return E.right(answer)
    try {
      await walk.run.receiver.ready()
    } catch (error) {
      if (error instanceof PipelineError) return E.left(error.fault)
      throw error
    }
    if (walk.run.receiver.cancelled()) return E.right(DATA_DONE)
  }
}

/** Beyond the smaller of two claims there need not be a packet at all. */
const failed = (walk: PacketWalk, { expected }: PacketExtent, fault: PipelineFault): Ending => {
  if (expected === undefined || walk.packets < expected || fault.type !== 'MalformedMedia')
    return E.left(fault)
  walk.run.warnings.add(fault.at, `no packet after the first ${walk.packets}`)
  return E.right(undefined)
}

const dataDone = (walk: PacketWalk, extent: PacketExtent): Ending =>
  walk.run.receiver.cancelled() ? E.right(undefined) : checkCount(walk, extent, walk.next)

/** The source has no more bytes: what is left is less than a packet. */
const endOfInput = async (walk: PacketWalk, extent: PacketExtent): Promise<Ending> => {
  const left = walk.filled - walk.next
  const trailer = left > 0 && indexBegins(walk.cursor.bytes, walk.next, left)
  const cut = left > 0 && !trailer && walk.packets < (extent.expected ?? Infinity)
  const unexpected = cut && extent.expected !== undefined && !walk.salvage
  if (cut && !unexpected) {
    walk.run.warnings.add(walk.cursor.base + walk.next, `last packet has ${left} of ${walk.packetSize} bytes`)
    const walked = await walkWithRoom(walk, walkCutPacket)
    if (E.isLeft(walked)) return walked
    if (walked.right !== BLOCK_DONE) return E.right(undefined)
  }
  return checkCount(walk, extent, trailer ? walk.next : walk.filled)
}

const checkCount = (walk: PacketWalk, { expected }: PacketExtent, endsAt: number): Ending => {
  if (expected === undefined || walk.packets >= expected) return E.right(undefined)
  const at = walk.cursor.base + endsAt
  const what = `${expected} packets of ${walk.packetSize} bytes`
  if (!walk.salvage) return E.left({ type: 'TruncatedMedia', format: 'asf', at, expected: what })
  walk.run.warnings.add(at, `the data end after ${walk.packets} of ${what}`)
  return E.right(undefined)
}
