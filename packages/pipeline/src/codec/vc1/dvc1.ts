import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { putBits } from '../bits/put-bits'
import { readSequenceHeader } from './sequence-header'

/** Of profile and level in `dvc1`. @source SMPTE RP 2025, Table 3 */
const ADVANCED = 12
const NO_RATE = 0xffff_ffff
/** Bytes in front of the sequence header. */
const FRONT = 7

/**
 * The body of `dvc1`. That headers, slices and pictures of both directions may come in the stream is left open, as nothing but
 * all samples could rule it out.
 *
 * @param privateData of the advanced profile, as ASF holds it.
 * @errors `MalformedMedia`, offset in `privateData`; `UnsupportedMedia` for other profiles.
 * @source SMPTE RP 2025, 6.1 and 6.2
 */
export const writeDvc1 = (privateData: Uint8Array): E.Either<MalformedMedia | UnsupportedMedia, Uint8Array> => {
  const sequence = readSequenceHeader(privateData)
  if (E.isLeft(sequence)) return sequence
  const { header, units } = sequence.right
  const { level, interlaced, pictureRate } = header
  const rate = pictureRate === undefined ? NO_RATE : Math.round(pictureRate)
  const front = putBits([ADVANCED, 4], [level, 3], [0, 1], [level, 3], [0, 7], [interlaced ? 0 : 1, 1], [0, 5], [rate, 32])
  const body = new Uint8Array(front.length + units.length)
  body.set(front)
  body.set(units, front.length)
  return E.right(body)
}

/** The sequence header and what follows from the body of `dvc1`; nothing for simple and main profile. @source SMPTE RP 2025, 6.1 */
export const readDvc1 = (body: Uint8Array): Uint8Array | undefined =>
  body.length > FRONT && (body[0] ?? 0) >> 4 === ADVANCED ? body.slice(FRONT) : undefined
