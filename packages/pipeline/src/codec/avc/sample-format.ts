import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { MalformedMedia, PipelineFault } from '../../fault/pipeline-fault'
import { malformedAvc } from './malformed-avc'
import { createNalTable, type NalTable } from './nal-table'
import { NAL_PPS, NAL_SPS, nalUnitType } from './nal-unit-type'
import type { ParameterSets } from './parameter-sets'
import { AVC_RECORD_VERSION, parseAvcRecord } from './parse-avc-configuration'
import { nextStartCode, scanAnnexB } from './scan-annex-b'
import { scanLengthPrefixed } from './scan-length-prefixed'

/** Finds the NAL units of a sample in the form that the samples of a stream have; answers how many. */
export type SampleScan = (
  bytes: Uint8Array,
  from: number,
  to: number,
  out: NalTable
) => E.Either<MalformedMedia, number>

/**
 * Tells from the private data of a stream how its samples hold NAL units, and learns the parameter sets that it holds.
 *
 * @errors `MalformedMedia`, offset in the private data; `UnsupportedMedia` for sets that are too many or too long.
 */
export const openSampleFormat = (
  codecPrivate: Uint8Array,
  sets: ParameterSets
): E.Either<PipelineFault, SampleScan> => {
  if (codecPrivate[0] === AVC_RECORD_VERSION) return openRecord(codecPrivate, sets)
  const table = createNalTable()
  const count = scanAnnexB(codecPrivate, 0, codecPrivate.length, table)
  for (let row = 0; row < count; row += 1) {
    const learned = learnSet(sets, codecPrivate, table.start[row] ?? 0, table.end[row] ?? 0)
    if (E.isLeft(learned)) return learned
  }
  return E.right(scanStartCodes)
}

const openRecord = (codecPrivate: Uint8Array, sets: ParameterSets): E.Either<PipelineFault, SampleScan> =>
  pipe(
    parseAvcRecord(codecPrivate),
    E.chain(({ lengthSize, spsUnits, ppsUnits }): E.Either<PipelineFault, SampleScan> => {
      for (const unit of [...spsUnits, ...ppsUnits]) {
        const learned = learnSet(sets, unit, 0, unit.length)
        if (E.isLeft(learned)) return learned
      }
      return E.right((bytes, from, to, out) => scanLengthPrefixed(bytes, from, to, lengthSize, out))
    })
  )

const NO_SET = E.right(undefined)

const learnSet = (
  sets: ParameterSets,
  bytes: Uint8Array,
  from: number,
  to: number
): E.Either<PipelineFault, void> => {
  const type = nalUnitType(bytes[from] ?? 0)
  if (type === NAL_SPS) return sets.learnSps(bytes, from, to)
  return type === NAL_PPS ? sets.learnPps(bytes, from, to) : NO_SET
}

/** Bytes before the first start code would get lost: only zeros may be there. @source ITU-T H.264, B.1.1 */
const scanStartCodes: SampleScan = (bytes, from, to, out) => {
  const end = Math.min(to, bytes.length)
  const first = nextStartCode(bytes, from, end)
  for (let at = from; at < first; at += 1) {
    if (bytes[at] !== 0) return malformedAvc(at, 'a start code', 'other bytes')
  }
  return E.right(scanAnnexB(bytes, first, end, out))
}
