import type * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { NalPolicy } from './nal-policy'
import type { PrivateDataReader } from './sample-format'

/** `forbidden_zero_bit`: set in no NAL unit, but in every second one that was deciphered with the wrong key. */
export const FORBIDDEN_BIT = 0x80

/** What is known of the picture of a sample, as far as its slices were taken. */
export interface PictureSoFar {
  readonly order: number
  readonly idr: boolean
  readonly startsSequence: boolean
  readonly reference: boolean
}

/** What a codec knows of its NAL units: one stream of it, read in decoding order. */
export interface NalCodec extends PrivateDataReader {
  /** Bytes of the header of each NAL unit. */
  readonly headerBytes: number
  /** Takes in a NAL unit of a sample where it is a parameter set. */
  readonly learn: (bytes: Uint8Array, from: number, to: number) => E.Either<PipelineFault, void>
  /** Decides by the header at `start`. */
  readonly policy: (bytes: Uint8Array, start: number) => NalPolicy
  /** The NAL unit type, for the name of what is refused. */
  readonly unitType: (header: number) => number
  readonly beginSample: () => void
  /** Takes the slice into the picture of the sample, and settles the sets; answers the offset of its first data byte. */
  readonly takeSlice: (bytes: Uint8Array, start: number, end: number) => E.Either<PipelineFault, number>
  readonly endSequence: () => void
  readonly picture: PictureSoFar
  readonly configuration: () => Uint8Array | undefined
}
