import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { BindingChange } from '../device/master-key'
import { FACTOR_KINDS } from '../device/stated-binding'
import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import { badInput } from '../identity/bad-input'
import { takeIndividualizationLock } from '../individualization/individualization-lock'
import type { Home } from './home'
import { BINDING_STREAM, HomeBindingChanged } from './home-event'

const wrong = ({ kinds, passphrase }: BindingChange): CoreFault | undefined => {
  if (!kinds.includes('machine-file') && !kinds.includes('passphrase')) {
    return badInput('factors', 'machine-file or passphrase among them', kinds.join(' '))
  }
  const isAsked = kinds.includes('passphrase')
  if (isAsked === (passphrase !== undefined)) return undefined
  return badInput('passphrase', isAsked ? 'one' : 'none, as it is no factor', isAsked ? 'none' : 'one')
}

/**
 * Binds a home by other factors. It must open by those that it has. One file is sealed anew: the old or the new factors are in
 * force at every moment, and every key stays what it was.
 *
 * @errors `BadInput` for factors that keep nothing secret, `Individualizing` beside a change of the keystore; those of the factors
 * before and after; `HomeUnwritable`; after the change those of the store.
 * @source docs/reference/protocols.md, section 1
 */
export const bindHome =
  (home: Home) =>
  (change: BindingChange): TE.TaskEither<CoreFault, void> => {
    const fault = wrong(change)
    if (fault !== undefined) return TE.left(fault)
    const event = newEvent(HomeBindingChanged, { factors: FACTOR_KINDS.filter((kind) => change.kinds.includes(kind)) })
    return TE.bracket(
      TE.fromEither(takeIndividualizationLock(home)),
      () =>
        pipe(
          home.keystore.rebind(change),
          TE.mapLeft((failure): CoreFault => failure),
          TE.flatMap(() => home.store.append({ appends: [{ stream: BINDING_STREAM, expectedRevision: 'any', events: [event] }] })),
          TE.map(() => undefined)
        ),
      (release) => TE.fromIO(release)
    )
  }
