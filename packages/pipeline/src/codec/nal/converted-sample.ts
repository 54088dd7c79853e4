import type * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { SubsampleMap } from './subsample-map'

/** What was written of one sample, and what its picture is. */
export interface ConvertedSample {
  /** Bytes written; 0 for a sample that held nothing but parameter sets and the like. */
  readonly bytes: number
  /** Picture order count, of two fields the lower one; NaN for a sample without a picture. */
  readonly pictureOrder: number
  /** Decoding can begin here: an IDR picture; of H.265 any picture with an IRAP type. */
  readonly idr: boolean
  /**
   * Picture order begins anew here: an IDR picture, or one that resets the order; of H.265 an IRAP picture that is
   * decoded without those before it (`NoRaslOutputFlag`).
   */
  readonly startsSequence: boolean
  /** Other pictures refer to this one. */
  readonly reference: boolean
}

/** A sample of which only pieces are there, as they are asked for. */
export interface PartlyClear {
  /** As long as the sample; what was not uncovered means nothing. */
  readonly bytes: Uint8Array
  /** Puts the clear bytes from `from` to `to` in their place. */
  readonly uncover: (from: number, to: number) => void
}

/** Rewrites the samples of one stream, in decoding order. */
export interface NalConverter {
  /** Samples come as a byte stream with start codes, by what the private data say. */
  readonly fromStartCodes: boolean
  /**
   * Takes in a sample that stays as it is, by its lengths and the headers of its NAL units and slices alone, and writes its
   * protected bytes to `map`. Each sample is either surveyed or converted.
   *
   * Answers undefined, and has taken in nothing, where the sample has to be converted: its NAL units stand behind start
   * codes or lengths of other than four bytes, some are left out, or a length or a header does not hold.
   *
   * @errors As `convert`, of the slices.
   */
  readonly survey: (sample: PartlyClear, map: SubsampleMap) => E.Either<PipelineFault, ConvertedSample | undefined>
  /**
   * Writes the sample from `from` to `to` of `input` with lengths of four bytes to `output` at `at`, and which of its
   * bytes are protected to `map`, by the rule that the map was made with. Access unit delimiters, filler and parameter
   * sets are left out.
   *
   * From start codes, the output is at most 5/4 of the input: the worst is one byte behind `00 00 01`. From lengths of
   * one or two bytes it may be more; what finds no room is refused. The two arrays must not share memory, unless samples
   * come behind start codes and the output begins a quarter of the sample in front of it: then no unit is written over one that
   * is still to be read.
   *
   * @errors `MalformedMedia`, offset in `input` (for private data that does not hold: in that); `UnsupportedMedia`, offset
   *   of the NAL unit in the same array, for what must not leave with parts of pictures clear (see `nalPolicy`), for two
   *   pictures in a sample, and for parameter sets that change within the stream. Offsets in decrypted bytes tell of
   *   them: who decrypts takes them out before the fault travels. After an error the converter must not be used again.
   */
  readonly convert: (
    input: Uint8Array,
    from: number,
    to: number,
    output: Uint8Array,
    at: number,
    map: SubsampleMap
  ) => E.Either<PipelineFault, ConvertedSample>
  /**
   * The configuration record for what was written, once all kinds of parameter sets are known, from private data or
   * from the first sample. With the first answer the sets are settled.
   */
  readonly configuration: () => Uint8Array | undefined
}
