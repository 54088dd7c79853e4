import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { createBitReader, openBits, type BitReader } from './bit-reader'
import { malformedNal, type NalCodecName } from './nal-fault'

/** Where a header that was read ends. */
export interface HeaderExtent {
  /** Offset of the first whole byte behind it, emulation prevention bytes counted. */
  headerEnd: number
  /** Bits from the start of the NAL unit, emulation prevention not counted. */
  headerBits: number
}

/** Reads the headers of slices one after the other, with working memory of its own. */
export interface UnitHeaderParser<Sets, Header extends HeaderExtent> {
  /**
   * Reads the header of the slice in the NAL unit from `from` to `to` into `out`.
   *
   * @errors `MalformedMedia` at the offset where reading stopped, counted in `bytes`.
   */
  readonly parse: (
    bytes: Uint8Array,
    from: number,
    to: number,
    sets: Sets,
    out: Header
  ) => E.Either<MalformedMedia, Header>
}

/** Makes a reader for the slices of a stream. @param read takes the syntax; what does not hold it notes in the reader. */
export const createUnitHeaderParser = <Sets, Header extends HeaderExtent>(
  codec: NalCodecName,
  read: (reader: BitReader, sets: Sets, out: Header) => void
): UnitHeaderParser<Sets, Header> => {
  const reader = createBitReader()
  return {
    parse: (bytes, from, to, sets, out) => {
      openBits(reader, bytes, from, to)
      read(reader, sets, out)
      out.headerEnd = reader.at
      out.headerBits = (reader.at - from - reader.skipped) * 8 - reader.left
      return reader.expected === undefined ? E.right(out) : malformedNal(codec, reader.at, reader.expected, reader.found)
    },
  }
}
