import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { malformedAac, unsupportedAac } from './malformed-aac'
import { SAMPLING_FREQUENCIES } from './sampling-frequency'

/** The raw AAC inside one ADTS frame. */
export interface AdtsPayload {
  /** Offset of the first byte behind the header. */
  readonly from: number
  /** Offset behind the frame, where another one may begin. */
  readonly to: number
  /** The `AudioSpecificConfig` that says the same as the header; two bytes. */
  readonly configuration: Uint8Array
}

const HEADER_BYTES = 7
const CHECKED_HEADER_BYTES = 9
const SYNC = 0xfff

/**
 * Finds the payload of the ADTS frame that begins at `from`.
 *
 * @errors `MalformedMedia`, offset in `bytes`; `UnsupportedMedia` for several blocks in a frame, or channels that only
 *   the payload describes.
 * @source ISO/IEC 14496-3, 1.A.2 (1.A.3.2 for the fields)
 */
export const stripAdts = (
  bytes: Uint8Array,
  from = 0,
  to = bytes.length
): E.Either<MalformedMedia | UnsupportedMedia, AdtsPayload> => {
  const end = Math.min(to, bytes.length)
  const available = end - from
  if (available < HEADER_BYTES) {
    return malformedAac(from, 'an ADTS header of 7 bytes', `${Math.max(0, available)} bytes`)
  }
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0] = bytes.subarray(from, from + HEADER_BYTES)
  // The two bits of the layer are always 0.
  if ((b0 << 4) + (b1 >> 4) !== SYNC || (b1 & 6) !== 0) return malformedAac(from, 'an ADTS sync word', 'other bytes')
  const header = (b1 & 1) === 1 ? HEADER_BYTES : CHECKED_HEADER_BYTES
  const length = ((b3 & 3) << 11) + (b4 << 3) + (b5 >> 5)
  if (length < header || length > available) {
    return malformedAac(from + 3, `a frame of ${header} to ${available} bytes`, String(length))
  }
  const frequency = (b2 >> 2) & 0xf
  if (frequency >= SAMPLING_FREQUENCIES.length) {
    return malformedAac(from + 2, 'a sampling frequency', `index ${frequency}`)
  }
  if ((b6 & 3) !== 0) return unsupportedAac('several raw data blocks in one ADTS frame')
  const channels = ((b2 & 1) << 2) + (b3 >> 6)
  if (channels === 0) return unsupportedAac('ADTS without a channel configuration')
  const objectType = (b2 >> 6) + 1
  const configuration = Uint8Array.of((objectType << 3) + (frequency >> 1), ((frequency & 1) << 7) + (channels << 3))
  return E.right({ from: from + header, to: from + length, configuration })
}
