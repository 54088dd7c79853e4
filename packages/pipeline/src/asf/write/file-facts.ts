import type { FileProperties } from '../header/file-properties'
import { endOfStream } from './stream-ledger'
import type { Writing } from './writing'

const UNITS_PER_MILLISECOND = 10_000

/** 100 ns units from time 0 to the end of the last sample. */
export const durationOf = ({ ledgers, options: { header } }: Writing): number => {
  const { broadcast, playDuration, preroll } = header.file
  const stated = broadcast ? 0 : Math.max(0, playDuration - preroll * UNITS_PER_MILLISECOND)
  return Math.max(0, ...[...ledgers.values()].map((ledger) => endOfStream(ledger, stated)))
}

/**
 * What the header says of the whole file.
 *
 * @param fileSize Bytes; undefined while writing, when the file counts as a broadcast and its figures as unknown.
 */
export const fileProperties = (writing: Writing, fileSize: number | undefined): FileProperties => {
  const { options, builder, packetSize } = writing
  const { preroll, maxBitrate } = options.header.file
  const known = fileSize !== undefined
  const duration = known ? durationOf(writing) : 0
  return {
    fileId: options.fileId,
    fileSize: fileSize ?? 0,
    creationTime: options.creationTime,
    packetCount: builder.count,
    playDuration: known ? duration + preroll * UNITS_PER_MILLISECOND : 0,
    sendDuration: duration,
    preroll,
    broadcast: !known,
    seekable: known,
    packetSize,
    maxBitrate,
  }
}
