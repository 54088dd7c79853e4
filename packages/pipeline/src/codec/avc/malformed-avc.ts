import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'

/** Says what does not hold in H.264 bytes. `at` counts in the array that was read, not in the file. */
export const malformedAvc = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'avc', at, expected, found })

/** Refuses well-formed H.264 by name. */
export const unsupportedAvc = (what: string): E.Either<UnsupportedMedia, never> =>
  E.left({ type: 'UnsupportedMedia', at: undefined, what: `H.264: ${what}` })
