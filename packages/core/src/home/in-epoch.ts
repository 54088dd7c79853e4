import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from './home'

/**
 * Works with keys of the present epoch. Where another process ended the epoch meanwhile and its files are gone, the work is
 * done anew in the next one; it must not have changed anything before it fails.
 *
 * @errors those of the work and the store.
 */
export const inEpoch = <A>(
  { device }: Home,
  work: (epoch: number) => TE.TaskEither<CoreFault, A>
): TE.TaskEither<CoreFault, A> =>
  pipe(
    device,
    TE.flatMap(({ epoch }) =>
      pipe(
        work(epoch),
        TE.orElse((fault) =>
          fault.type !== 'KeystoreMissing'
            ? TE.left(fault)
            : pipe(
                device,
                TE.flatMap((now) => (now.epoch === epoch ? TE.left(fault) : work(now.epoch)))
              )
        )
      )
    )
  )
