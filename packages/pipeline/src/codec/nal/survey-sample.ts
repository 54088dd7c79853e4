import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { PartlyClear } from './converted-sample'
import { FORBIDDEN_BIT, type NalCodec } from './nal-codec'
import { setNal, type NalTable } from './nal-table'
import { addClear, addProtectable, type SubsampleMap } from './subsample-map'

/** Bytes of the length in front of each NAL unit that is written. */
export const LENGTH_BYTES = 4

/** Most headers of slices end within this many bytes. Of longer ones so many more are read that less than a block is read in vain. */
const HEADER_AHEAD = 16
const HEADER_STEP = 12

/**
 * Finds the NAL units of a sample by their lengths. Undefined where one is empty or does not hold, and where one would be left
 * out or refused: who converts the sample says so.
 */
export const surveyUnits = (codec: NalCodec, { bytes, uncover }: PartlyClear, out: NalTable): number | undefined => {
  const size = bytes.length
  let at = 0
  let count = 0
  while (at < size) {
    const start = at + LENGTH_BYTES
    if (start + codec.headerBytes > size) return undefined
    uncover(at, start + codec.headerBytes)
    const length = lengthAt(bytes, at)
    if (length < codec.headerBytes || length > size - start || !stays(codec, bytes, start)) return undefined
    at = start + length
    setNal(out, count, start, at)
    count += 1
  }
  return count
}

const lengthAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 0x100_0000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))

const stays = (codec: NalCodec, bytes: Uint8Array, start: number): boolean => {
  if (((bytes[start] ?? 0) & FORBIDDEN_BIT) !== 0) return false
  const { type } = codec.policy(bytes, start)
  return type === 'Clear' || type === 'EndSequence' || type === 'Protect'
}

/** The stream, the sample at hand, and what becomes of it. */
export interface Survey {
  readonly codec: NalCodec
  readonly sample: PartlyClear
  readonly map: SubsampleMap
}

/** Takes in a NAL unit that stays. */
export const surveyNal = ({ codec, sample, map }: Survey, start: number, end: number): E.Either<PipelineFault, void> => {
  const { type } = codec.policy(sample.bytes, start)
  if (type !== 'Protect') {
    if (type === 'EndSequence') codec.endSequence()
    addClear(map, LENGTH_BYTES + end - start)
    return E.right(undefined)
  }
  const data = takeSlice({ codec, sample }, start, end)
  if (E.isLeft(data)) return data
  addProtectable(map, LENGTH_BYTES + data.right - start, end - data.right)
  return E.right(undefined)
}

/** A header that does not end in what was uncovered is read again with more: nothing was taken in then. */
const takeSlice = ({ codec, sample }: Pick<Survey, 'codec' | 'sample'>, start: number, end: number): E.Either<PipelineFault, number> => {
  for (let ahead = HEADER_AHEAD; ; ahead += HEADER_STEP) {
    const known = Math.min(end, start + ahead)
    sample.uncover(start, known)
    const data = codec.takeSlice(sample.bytes, start, known)
    if (E.isRight(data) || known === end) return data
  }
}
