import { constants, publicEncrypt } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { b64u } from '../encoding/b64u'
import { newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import { sealTo } from '../secret/seal'
import { secretFromBytes, secretKeyObject, wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { thumbprint } from '../signed/thumbprint'
import type { GrantInsides, GrantReceiver } from '../transfer/grant'
import { reserveCounters } from '../vault/reserve-counters'
import { freshKeyId } from '../vault/target-keys'
import type { GrantSession, SessionTerms } from './grant-session'
import { SessionOffered, sessionStream } from './session-event'
import { sealHeaderOf } from './session-header'
import { SESSION_SECRET_BYTES, type SessionProfile } from './session-profile'

/** Salts that are set aside at a time. @source docs/reference/protocols.md, section 8 */
const SALTS = 1n << 20n

/** Never guessed: a receiver that knows RSA alone says so in its certificate. */
const profileFor = ({ wrapKey }: GrantReceiver, { legacy }: SessionTerms): E.Either<CoreFault, SessionProfile> => {
  if (wrapKey === undefined) return E.right('session-gcm')
  const why = 'the receiver knows no other, and it is not configured'
  return legacy ? E.right('session-rc4') : E.left({ type: 'SessionProfileRefused', profile: 'session-rc4', why })
}

const receiverOf = ({ direction, receiver }: GrantInsides): E.Either<CoreFault, GrantReceiver> =>
  direction === 'export' && receiver !== null
    ? E.right(receiver)
    : E.left({ type: 'SessionMissing', why: 'only an export to a receiver with certificates has a session to offer' })

/** IM-13, EX-11: the vector goes to the RSA key as it is. SHA-1 is the reading of what the old SDK leaves open. */
const wrapped = (secret: Secret, { wrapKey }: GrantReceiver): string => {
  if (wrapKey === undefined) throw new RangeError('the legacy profile is for receivers with an RSA key')
  return withSecretBytes(secret, (bytes) =>
    b64u(publicEncrypt({ key: wrapKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, bytes))
  )
}

const sealFor = async (insides: GrantInsides, receiver: GrantReceiver, offer: Offer): Promise<string> => {
  const { profile, run, secret } = offer
  if (profile === 'session-rc4') return wrapped(secret, receiver)
  const { held, epoch } = insides
  const header = { profile, run, receiver: thumbprint(receiver.key), direction: 'export', license: held.license.lid, epoch } as const
  return sealTo(receiver.key, sealHeaderOf(header), secret)
}

interface Offer {
  readonly profile: SessionProfile
  readonly run: KeyId
  readonly secret: Secret
}

/**
 * Makes the secret of a session and seals it to the receiver that the grant was minted for. It leaves core only so sealed, and to
 * the pipeline; it is kept nowhere, so no other run can use its salts.
 *
 * @errors `SessionMissing` for a grant without a receiver, `SessionProfileRefused`, those of the store.
 */
export const offerSession = (insides: GrantInsides, terms: SessionTerms): TE.TaskEither<CoreFault, GrantSession> => {
  const { home, useId } = insides
  return pipe(
    TE.fromEither(receiverOf(insides)),
    TE.bindTo('receiver'),
    TE.bind('profile', ({ receiver }) => TE.fromEither(profileFor(receiver, terms))),
    TE.flatMap(({ receiver, profile }) => async (): Promise<E.Either<CoreFault, GrantSession>> => {
      const run = freshKeyId(home.random)
      const secret = secretFromBytes(home.random.bytes(SESSION_SECRET_BYTES[profile]))
      try {
        const sealed = await sealFor(insides, receiver, { profile, run, secret })
        const offered = newEvent(SessionOffered, { useId, run, profile, receiver: thumbprint(receiver.key) })
        const appends = [{ stream: sessionStream('offered', run), expectedRevision: 0, events: [offered] }]
        const stored = await home.store.append({ appends, correlation: useId })()
        if (E.isLeft(stored)) return stored
        const reserveSalts = (): TE.TaskEither<CoreFault, { readonly from: bigint; readonly to: bigint }> =>
          reserveCounters(home)({ keyId: run, count: SALTS, shared: false })
        return E.right({ profile, run, sealed, secret: secretKeyObject(secret), reserveSalts })
      } finally {
        wipeSecret(secret)
      }
    })
  )
}
