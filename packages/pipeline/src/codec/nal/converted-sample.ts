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

/** Rewrites the samples of one stream, in decoding order. */
export interface NalConverter {
  /**
   * Writes the sample from `from` to `to` of `input` with lengths of four bytes to `output` at `at`, and which of its
   * bytes are protected to `map`, by the rule that the map was made with. Access unit delimiters, filler and parameter
   * sets are left out.
   *
   * From start codes, the output is at most 5/4 of the input: the worst is one byte behind `00 00 01`. From lengths of
   * one or two bytes it may be more; what finds no room is refused. The two arrays must not share memory.
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
