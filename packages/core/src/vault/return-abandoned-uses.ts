import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { ALL, OPEN_USES } from './read-models'
import { returnUse } from './use-step'

const OpenUse = t.type({ expires: t.number }, 'open use')

/**
 * Gives back the uses that were reserved, never redeemed, and whose grants have expired: those of processes that died.
 * The log decides who was faster, so that this may run at any time, in any process.
 *
 * @returns how many were looked at.
 */
export const returnAbandonedUses = (home: Home): TE.TaskEither<CoreFault, number> =>
  pipe(
    home.store.lookUp(OPEN_USES, ALL),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map((rows) => rows.filter(({ value }) => OpenUse.is(value) && value.expires < home.clock.now())),
    TE.flatMap((rows) => TE.traverseSeqArray(({ id }: { readonly id: string }) => returnUse(home, id, 'expired'))(rows)),
    TE.map((returned) => returned.length)
  )
