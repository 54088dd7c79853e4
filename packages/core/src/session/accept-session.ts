import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import { unsealWith } from '../secret/seal'
import { sealBroken } from '../secret/seal-broken'
import { secretKeyObject, secretLength, wipeSecret, type Secret } from '../secret/secret'
import type { GrantInsides } from '../transfer/grant'
import type { GrantSession, SessionTerms } from './grant-session'
import { SessionAccepted, sessionStream } from './session-event'
import { readSessionHeader, sealHeaderOf, type SessionHeader } from './session-header'
import { SESSION_SECRET_BYTES } from './session-profile'

/** What was made to come in is for one license and epoch; what left another home names that home's own. */
const isFor = ({ held, epoch }: GrantInsides, header: SessionHeader): boolean =>
  header.direction === 'export' || (header.license === held.license.lid && header.epoch === epoch)

const checked = (insides: GrantInsides, header: SessionHeader, terms: SessionTerms): E.Either<CoreFault, SessionHeader> => {
  if (!isFor(insides, header)) {
    return E.left({ type: 'SessionMissing', why: 'the session was made for another license, or another epoch of the device' })
  }
  const { profile } = header
  return profile === 'session-rc4' && !terms.legacy
    ? E.left({ type: 'SessionProfileRefused', profile, why: 'it has no integrity, and it is not configured' })
    : E.right(header)
}

const unsealed = (insides: GrantInsides, header: SessionHeader, sealed: string): TE.TaskEither<CoreFault, Secret> =>
  pipe(
    insides.home.keystore.agreement(insides.epoch),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap((own) =>
      own.kid === header.receiver ? unsealWith(own.key, sealHeaderOf(header), sealed) : TE.fromEither(sealBroken)
    ),
    TE.flatMapEither((secret): E.Either<CoreFault, Secret> => {
      if (secretLength(secret) === SESSION_SECRET_BYTES[header.profile]) return E.right(secret)
      wipeSecret(secret)
      return sealBroken
    })
  )

/** Stored only where nothing stands yet: of two that open one session, in whatever process, one is second. */
const record = ({ home, useId }: GrantInsides, header: SessionHeader): TE.TaskEither<CoreFault, void> => {
  const { run, profile, direction, license, epoch } = header
  const accepted = newEvent(SessionAccepted, { useId, run, profile, direction, license, epoch })
  const appends = [{ stream: sessionStream('accepted', run), expectedRevision: 0, events: [accepted] }]
  return pipe(
    home.store.append({ appends, correlation: useId }),
    TE.bimap(
      (fault): CoreFault => (fault.type === 'RevisionConflict' ? { type: 'SessionReplayed', run } : fault),
      () => undefined
    )
  )
}

/** A session that came in has its salts already. */
const noSalts = (run: GrantSession['run']): GrantSession['reserveSalts'] => () =>
  TE.left({ type: 'CounterRangeExhausted', keyId: run })

/**
 * Opens the session that the grant covers, with the agreement key of the epoch that it was minted for. Each session opens once in
 * the life of the home: whoever repeats it would have the same samples come in again, or others under the same salts.
 *
 * @errors `SessionMissing` for a grant without one and for one of another license; `SealBroken` for one that is sealed to another
 * device, or was changed; `SessionProfileRefused`, `SessionReplayed`, those of keystore and store.
 */
export const acceptSession = (insides: GrantInsides, terms: SessionTerms): TE.TaskEither<CoreFault, GrantSession> => {
  const { session: sealed } = insides
  if (sealed === null) return TE.left({ type: 'SessionMissing', why: 'the grant covers no session' })
  return pipe(
    TE.fromEither<CoreFault, SessionHeader>(readSessionHeader(sealed)),
    TE.flatMapEither((header) => checked(insides, header, terms)),
    TE.bindTo('header'),
    TE.bind('secret', ({ header }) => unsealed(insides, header, sealed)),
    TE.bind('key', ({ secret }) => {
      const key = secretKeyObject(secret)
      wipeSecret(secret)
      return TE.right(key)
    }),
    TE.tap(({ header }) => record(insides, header)),
    TE.map(({ header: { profile, run }, key }) => ({ profile, run, secret: key, sealed, reserveSalts: noSalts(run) }))
  )
}
