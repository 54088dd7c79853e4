import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'

/** The codecs whose pictures stand in NAL units. */
export type NalCodecName = 'avc' | 'hevc'

const TITLES: Readonly<Record<NalCodecName, string>> = { avc: 'H.264', hevc: 'H.265' }

/** Says what does not hold in the bytes of a codec. `at` counts in the array that was read, not in the file. */
export const malformedNal = (
  format: NalCodecName,
  at: number,
  expected: string,
  found: string
): E.Either<MalformedMedia, never> => E.left({ type: 'MalformedMedia', format, at, expected, found })

/** Refuses well-formed media of a codec by name. `at` is where its NAL unit begins, counted in the array that was read. */
export const unsupportedNal = (format: NalCodecName, at: number, what: string): E.Either<UnsupportedMedia, never> =>
  E.left({ type: 'UnsupportedMedia', at, what: `${TITLES[format]}: ${what}` })
