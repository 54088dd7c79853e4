import type * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { malformedNal, unsupportedNal } from '../nal/nal-fault'

/** Says what does not hold in H.264 bytes. `at` counts in the array that was read, not in the file. */
export const malformedAvc = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  malformedNal('avc', at, expected, found)

/** Refuses well-formed H.264 by name. `at` is where its NAL unit begins, counted in the array that was read. */
export const unsupportedAvc = (at: number, what: string): E.Either<UnsupportedMedia, never> =>
  unsupportedNal('avc', at, what)
