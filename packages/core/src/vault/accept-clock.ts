import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { IssuerId } from '../identity/issuer-id'
import { commandClock, lookAtClock, type ClockAnswer } from './observe-clock'

/**
 * Takes the clock that was set back for right, because the owner says so; recorded. It serves licenses of the home's own
 * issuer alone, whose limits are the owner's (decision), until the clock is right again or is set back once more.
 *
 * @returns how the clock stands then; `ClockBelieved` where there was nothing to accept.
 * @errors those of keystore and store.
 */
export const acceptClock = (home: Home): TE.TaskEither<CoreFault, ClockAnswer> =>
  pipe(
    lookAtClock(home),
    TE.flatMap(() => home.keystore.issuer()),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(({ kid }) => {
      if (!IssuerId.is(kid)) throw new TypeError('the issuer key has no thumbprint')
      return commandClock(home, ({ now, logTime }) => ({ type: 'AcceptClock', now, logTime, issuer: kid }))
    })
  )

/**
 * Anchors the clock to a time that a service signed, in a reply to this home's own request. The caller has checked
 * signature, nonce, and that the reply took 30 seconds at most. It may lower the mark after a clock that ran ahead.
 *
 * @param attestation `at` in microseconds since 1970.
 * @returns how the clock stands then; `ClockOff` where it differs from the signed time by more than the tolerance.
 * @errors those of the store.
 */
export const attestClock =
  (home: Home) =>
  ({ at }: { readonly at: number }): TE.TaskEither<CoreFault, ClockAnswer> =>
    pipe(
      lookAtClock(home),
      TE.flatMap(() => commandClock(home, ({ now, logTime }) => ({ type: 'AttestClock', now, at, logTime })))
    )
