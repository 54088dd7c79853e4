import type { PipelineFault } from '../../fault/pipeline-fault'
import type { AsfWriterOptions } from './asf-writer'
import { createPacketBlocks } from './packet-blocks'
import type { PacketBuilder } from './packet-builder'
import { createPacketBuilder } from './packet-builder'
import { LARGEST_WRITTEN_PACKET, SMALLEST_PACKET } from './packet-layout'
import type { RebuiltHeader } from './rebuild-header'
import type { StreamLedger } from './stream-ledger'
import { createStreamLedger } from './stream-ledger'
import type { ObjectFields } from './write-payload'

/** What one run of the writer works with. */
export interface Writing {
  readonly options: AsfWriterOptions
  readonly packetSize: number
  readonly builder: PacketBuilder
  readonly ledgers: ReadonlyMap<number, StreamLedger>
  /** Filled for each sample; one object serves all. */
  readonly fields: ObjectFields
  /** Set by `begin`. */
  header: RebuiltHeader | undefined
  state: 'new' | 'begun' | 'finished'
  /** Send time of the last sample in milliseconds; never goes back. */
  send: number
  emptySamples: number
}

/** A run at its beginning. Without a packet size that can be written, `begin` answers the fault. */
export const createWriting = (options: AsfWriterOptions): Writing => {
  const packetSize = options.packetSize ?? options.header.file.packetSize
  const usable = isWritable(packetSize) ? packetSize : SMALLEST_PACKET
  return {
    options,
    packetSize,
    builder: createPacketBuilder(createPacketBlocks(usable)),
    ledgers: new Map(
      options.header.streams.map((stream) => [
        stream.number,
        createStreamLedger(stream, options.sampleIds.has(stream.number)),
      ])
    ),
    fields: {
      streamByte: 0,
      objectNumber: 0,
      size: 0,
      presentation: 0,
      send: 0,
      replicated: 0,
      sampleId: undefined,
      sampleIdOffset: 0,
      bytes: new Uint8Array(),
      offset: 0,
    },
    header: undefined,
    state: 'new',
    send: 0,
    emptySamples: 0,
  }
}

const isWritable = (size: number): boolean =>
  Number.isInteger(size) && size >= SMALLEST_PACKET && size <= LARGEST_WRITTEN_PACKET

/** Why the run cannot begin; undefined when it can. */
export const refusal = ({ packetSize }: Writing): PipelineFault | undefined =>
  isWritable(packetSize)
    ? undefined
    : { type: 'UnsupportedMedia', at: undefined, what: `writing packets of ${packetSize} bytes` }
