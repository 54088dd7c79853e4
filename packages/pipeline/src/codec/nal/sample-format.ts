import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { MalformedMedia, PipelineFault } from '../../fault/pipeline-fault'
import { malformedNal, type NalCodecName } from './nal-fault'
import { createNalTable } from './nal-table'
import type { SampleScan } from './sample-scan'
import { nextStartCode, scanAnnexB } from './scan-annex-b'
import { lengthPrefixedScan, type NalLengthSize } from './length-prefixed-scan'

/** What a configuration record says of samples, and the parameter sets that it holds. */
export interface RecordedFormat {
  readonly lengthSize: NalLengthSize
  /** NAL units, views of the record. */
  readonly units: ReadonlyArray<Uint8Array>
}

/** How the samples of a stream hold their NAL units. */
export interface SampleFormat {
  readonly scan: SampleScan
  /** Bytes of the length in front of each; undefined behind start codes. */
  readonly lengthSize: NalLengthSize | undefined
}

/** How the private data of a codec is read. */
export interface PrivateDataReader {
  readonly name: NalCodecName
  /** Answers undefined for what does not begin as a record does. */
  readonly readRecord: (codecPrivate: Uint8Array) => E.Either<MalformedMedia, RecordedFormat> | undefined
  /** Takes in a NAL unit of private data where it is a parameter set, or something else of the whole stream. */
  readonly learnPrivate: (bytes: Uint8Array, from: number, to: number) => E.Either<PipelineFault, void>
}

/**
 * Tells from the private data of a stream how its samples hold NAL units, and learns the parameter sets that it holds.
 * What is no configuration record, also nothing, says start codes.
 *
 * @errors `MalformedMedia` and `UnsupportedMedia`, offset in the private data, the latter for sets that are too many or too long.
 */
export const openSampleFormat = (
  codecPrivate: Uint8Array,
  reader: PrivateDataReader
): E.Either<PipelineFault, SampleFormat> => {
  const record = reader.readRecord(codecPrivate)
  if (record !== undefined) return openRecord(codecPrivate, record, reader)
  const table = createNalTable()
  const count = scanAnnexB(codecPrivate, 0, codecPrivate.length, table)
  for (let row = 0; row < count; row += 1) {
    const learned = reader.learnPrivate(codecPrivate, table.start[row] ?? 0, table.end[row] ?? 0)
    if (E.isLeft(learned)) return learned
  }
  return E.right({ scan: startCodeScan(reader.name), lengthSize: undefined })
}

const openRecord = (
  codecPrivate: Uint8Array,
  record: E.Either<MalformedMedia, RecordedFormat>,
  { name, learnPrivate }: PrivateDataReader
): E.Either<PipelineFault, SampleFormat> =>
  pipe(
    record,
    E.chain(({ lengthSize, units }): E.Either<PipelineFault, SampleFormat> => {
      for (const unit of units) {
        const from = unit.byteOffset - codecPrivate.byteOffset
        const learned = learnPrivate(codecPrivate, from, from + unit.length)
        if (E.isLeft(learned)) return learned
      }
      return E.right({ scan: lengthPrefixedScan(name, lengthSize), lengthSize })
    })
  )

/** Bytes before the first start code would get lost: only zeros may be there. @source ITU-T H.264 and H.265, B.1.1 */
const startCodeScan =
  (name: NalCodecName): SampleScan =>
  (bytes, from, to, out) => {
    const end = Math.min(to, bytes.length)
    const first = nextStartCode(bytes, from, end)
    for (let at = from; at < first; at += 1) {
      if (bytes[at] !== 0) return malformedNal(name, at, 'a start code', 'other bytes')
    }
    return E.right(scanAnnexB(bytes, first, end, out))
  }
