import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { DemuxOptions, DemuxReport } from '../demux/demux-asf'
import { demuxAsf } from '../demux/demux-asf'
import type { AsfHeader } from '../header/asf-header'
import { readAsfHeader } from '../header/read-asf-header'
import type { CollectingOptions, CollectingReceiver } from './collecting-receiver'
import { collectingReceiver } from './collecting-receiver'
import { memorySource } from './memory-source'

/** Everything that reading a file gives. */
export interface WholeReading {
  readonly header: AsfHeader
  readonly report: DemuxReport
  readonly receiver: CollectingReceiver
}

/** What to read and how. */
export interface ReadingOptions extends DemuxOptions, CollectingOptions {
  readonly largestRead?: number
}

/** Reads a file in memory from its header to its last packet. */
export const readWhole = async (
  bytes: Uint8Array,
  options: ReadingOptions = {}
): Promise<E.Either<PipelineFault, WholeReading>> => {
  const source = memorySource(bytes, options.largestRead)
  const header = await readAsfHeader(source)()
  if (E.isLeft(header)) return header
  const receiver = collectingReceiver(options)
  const report = await demuxAsf(source, header.right, receiver, options)()
  if (receiver.open() > 0) throw new Error('a slot is left open')
  return E.isLeft(report) ? report : E.right({ header: header.right, report: report.right, receiver })
}

/** The reading; a fault is a failure of the test. */
export const readGood = async (bytes: Uint8Array, options: ReadingOptions = {}): Promise<WholeReading> => {
  const reading = await readWhole(bytes, options)
  if (E.isLeft(reading)) throw new Error(JSON.stringify(reading.left))
  return reading.right
}
