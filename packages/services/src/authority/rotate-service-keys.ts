import type { ServiceKeyUse } from '@custody/core/authority'
import type { CoreFault } from '@custody/core/fault'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from './authority'
import { insideOf } from './authority-inside'
import { addServiceKey } from './authority-keys'

/**
 * Makes a new key for a use and publishes a trust document that names it first. Old keys stay: what was sealed to them opens,
 * and what they signed is believed. @errors `HomeUnwritable`, those of the store.
 */
export const rotateServiceKeys = (authority: Authority, use: ServiceKeyUse): TE.TaskEither<CoreFault, void> =>
  pipe(
    // Durable before it is named: a key that is named and lost would lose what is sealed to it.
    addServiceKey(authority.directory, use, authority.random),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap((newKey) => insideOf(authority).publish({ newKey }))
  )
