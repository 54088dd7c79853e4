import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'

/** Says what does not hold in AC-3 or Enhanced AC-3 bytes. `at` counts in the array that was read, not in the file. */
export const malformedAc3 = (at: number, expected: string, found: string): E.Either<MalformedMedia, never> =>
  E.left({ type: 'MalformedMedia', format: 'ac3', at, expected, found })
