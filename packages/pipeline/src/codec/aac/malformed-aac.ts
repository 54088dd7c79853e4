import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'

/** Says what does not hold in AAC bytes. `at` counts in the array that was read, not in the file. */
export const malformedAac = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'aac', at, expected, found })

/** Refuses well-formed AAC by name. The configuration is refused as a whole, from its first byte on. */
export const unsupportedAac = (what: string): E.Either<UnsupportedMedia, never> =>
  E.left({ type: 'UnsupportedMedia', at: 0, what: `AAC: ${what}` })
