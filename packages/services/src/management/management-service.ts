import { publicKeyOf } from '@custody/core/certificate'
import type { CoreFault } from '@custody/core/fault'
import { batchPath, CREDENTIAL_HEADER, endPath, EndRestoreBody, HISTORY_PATH, OpenRestoreBody, RESTORE_PATH } from '@custody/core/restore'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import { checkContinuity, nextContinuity, repeatedContinuity } from '../continuity/continuity'
import {
  answer,
  contentRoute,
  refuse,
  signedRoute,
  type Answer,
  type AnySignedRoute,
  type Refusal,
  type RequestContent,
  type ServiceModule,
  type Signer,
} from '../server/service-route'
import { checkCredential, claimedComputer } from './check-opening'
import { endExpiredSessions, endSession } from './end-sessions'
import { managementOpenApi } from './management-open-api'
import type { ManagementEnv } from './management-env'
import { openRestoreSession } from './open-restore-session'
import { isRevokedHere } from './own-revocation'
import type { ManagementFault, Refused } from './refused'
import { restoreBatch } from './restore-batch'
import { restoreHistory } from './restore-history'
import { keptSession } from './restore-session'

/** The service's functions over an open authority. */
export const managementEnv = (authority: Authority): ManagementEnv => {
  const { store, clock, random } = authority
  return {
    store,
    clock,
    random,
    authority,
    continuity: {
      check: checkContinuity(store),
      next: (mid, idem, revision, shown) => nextContinuity(random, mid, idem, revision, shown),
      again: repeatedContinuity(store),
    },
    isRevoked: (name) => isRevokedHere(authority.revocation(), name),
  }
}

const refusal = ({ status, reason, text }: Refused): Refusal => refuse(status, reason, text)

/** Faults pass, a refusal is an answer. */
const answered = <A>(task: TE.TaskEither<ManagementFault, A>): TE.TaskEither<CoreFault, Answer> =>
  pipe(
    task,
    TE.map((body): Answer => answer(body)),
    TE.orElse((fault): TE.TaskEither<CoreFault, Answer> => (fault.type === 'Refused' ? TE.right(refusal(fault)) : TE.left(fault)))
  )

const signerOr = (task: TE.TaskEither<ManagementFault, Signer>): TE.TaskEither<CoreFault | Refusal, Signer> =>
  pipe(
    task,
    TE.mapLeft((fault) => (fault.type === 'Refused' ? refusal(fault) : fault))
  )

/** A credential that is not believed names no computer: else a stranger could use up another one's rate. */
const claimedSigner = (env: ManagementEnv, credential: string): E.Either<Refused, Signer> =>
  pipe(
    claimedComputer(credential),
    E.map((computer) => {
      const { signing, credential: claimed } = computer
      const mid = E.isRight(checkCredential(env, credential, computer)) ? claimed.mid : thumbprint(signing)
      return { key: signing, mid }
    })
  )

const opening = (env: ManagementEnv): AnySignedRoute =>
  contentRoute({
    service: 'management',
    method: 'POST',
    path: RESTORE_PATH,
    accepts: ({ json }) => OpenRestoreBody.is(json()),
    signer: ({ json }) => {
      const body = OpenRestoreBody.decode(json())
      if (E.isLeft(body)) throw new TypeError('the form was checked')
      return signerOr(TE.fromEither(claimedSigner(env, body.right.credential)))
    },
    handle: ({ content: { bytes }, proof }) => answered(openRestoreSession(env, { body: bytes, prove: () => E.right(proof) })),
  })

const sessionSigner = (env: ManagementEnv, session: string): TE.TaskEither<ManagementFault, Signer> =>
  pipe(
    keptSession(env, session),
    TE.map(({ facts: { signing, mid } }) => {
      const key = publicKeyOf(signing)
      if (O.isNone(key)) throw new TypeError('a session was kept with another key')
      return { key: key.value, mid }
    })
  )

const batches = (env: ManagementEnv): AnySignedRoute =>
  contentRoute({
    service: 'management',
    method: 'POST',
    path: batchPath(':session'),
    accepts: () => true,
    signer: (_, { session = '' }) => signerOr(sessionSigner(env, session)),
    handle: ({ content: { bytes }, values: { session = '' }, proof }) =>
      answered(restoreBatch(env, session, { body: bytes, prove: () => E.right(proof) })),
  })

const ending = (env: ManagementEnv): AnySignedRoute =>
  signedRoute({
    service: 'management',
    path: endPath(':session'),
    codec: EndRestoreBody,
    signer: (_, { session = '' }) => signerOr(sessionSigner(env, session)),
    handle: ({ values: { session = '' } }) => answered(endSession(env, session)),
  })

const credentialOf = ({ header }: RequestContent): string => header(CREDENTIAL_HEADER) ?? ''

/** Only a computer that this authority knows has a history. */
const historySigner = (env: ManagementEnv, content: RequestContent): E.Either<Refused, Signer> =>
  pipe(
    claimedComputer(credentialOf(content)),
    E.tap((computer) => checkCredential(env, credentialOf(content), computer)),
    E.map(({ signing, credential }) => ({ key: signing, mid: credential.mid }))
  )

const history = (env: ManagementEnv): AnySignedRoute =>
  contentRoute({
    service: 'management',
    method: 'GET',
    path: HISTORY_PATH,
    accepts: ({ bytes }) => bytes.length === 0,
    signer: (content) => signerOr(TE.fromEither(historySigner(env, content))),
    handle: ({ mid }) => answered(restoreHistory(env, mid)),
  })

/** The License Management Service of an authority: restores of backups, and their history. */
export const managementService: ServiceModule = (authority) => {
  const env = managementEnv(authority)
  return { openApi: managementOpenApi, tidy: endExpiredSessions(env), routes: [opening(env), batches(env), ending(env), history(env)] }
}
