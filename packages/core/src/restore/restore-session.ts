import type { KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { keepContinuity, showContinuity } from '../authority/continuity'
import { homeAuthority, type HomeAuthority } from '../authority/home-authority'
import { serviceKey } from '../authority/service-key'
import { publicJwk } from '../certificate/public-key-jwk'
import { consentGiven, type ConsentId } from '../consent/consent'
import { utf8 } from '../encoding/utf8'
import { newEvent } from '../event/define-event'
import { audience, proveScope } from '../exchange/request-proof'
import type { ServiceClient } from '../exchange/service-client'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { presentCredential } from '../individualization/present-credential'
import { unsealWith } from '../secret/seal'
import type { Secret } from '../secret/secret'
import { thumbprint } from '../signed/thumbprint'
import { takeServiceTime } from '../vault/take-service-time'
import { RestoreDisconnecting, restoreStream } from './restore-event'
import { OpenRestoreReply, RESTORE_PATH, transportHeader, type OpenRestoreBody } from './restore-messages'

/** A session with a License Management Service. */
export interface RestoreSession {
  readonly session: string
  readonly mid: string
  readonly epoch: number
  readonly authority: HomeAuthority
  /** The device's signing key, which signs the requests. */
  readonly signing: KeyObject
  /** Opens the batches' keys; to be wiped at the end. */
  readonly transport: Secret
  readonly issuers: OpenRestoreReply['issuers']
  readonly client: ServiceClient
}

/** What a session is opened for. */
export interface SessionRequest {
  readonly run: string
  readonly consent: ConsentId
  /** The backup's manifest, JWS. */
  readonly manifest: string
  /** How many sessions this restore had before: a repeat of the same opening is the same request. */
  readonly sessions: number
  /** The key of a guarded set, sealed to the service. */
  readonly guard?: string
  readonly signal: AbortSignal
}

/** The keys by which the service's replies are believed. */
export const managementKeys =
  ({ trust }: HomeAuthority, now: number) =>
  (kid: string): KeyObject | undefined =>
    serviceKey(trust, 'management-signing', now, kid)

const SERVICE = 'management'

/**
 * Opens a session: shows the device's credential, the scope key behind it, the consent and the manifest.
 *
 * @errors `NotIndividualized`, `ConsentMissing`, `ConsentDeclined`, those of the client, `SealBroken` for a transport key
 * that is not for this device, those of keystore and store.
 */
export const openRestoreSession =
  (home: Home, client: ServiceClient) =>
  ({ run, consent, manifest, sessions, guard, signal }: SessionRequest): TE.TaskEither<CoreFault, RestoreSession> =>
    pipe(
      TE.Do,
      TE.bind('statement', () => consentGiven(home)(consent, 'restore')),
      TE.bind('authority', () => homeAuthority(home)),
      TE.bind('own', () => presentCredential(home)),
      TE.bindW('signing', ({ own }) => home.keystore.signing(own.credential.epoch)),
      TE.bindW('agreement', ({ own }) => home.keystore.agreement(own.credential.epoch)),
      TE.bindW('scope', ({ authority }) => home.keystore.scope(authority.authority)),
      // Another epoch's credential makes it another request.
      TE.let('idem', ({ own }) => `${run}/open/${own.credential.epoch}/${sessions}`),
      TE.bindW('continuity', ({ idem }) => showContinuity(home.store, idem)),
      TE.bindW('answer', ({ statement, authority, own, signing, scope, idem, continuity }) =>
        client.call({
          service: SERVICE,
          authority: authority.authority,
          signing: signing.key,
          path: RESTORE_PATH,
          idem,
          keyFor: managementKeys(authority, home.clock.now()),
          codec: OpenRestoreReply,
          signal,
          body: (nonce) => {
            const scopeProof = proveScope(scope.key, {
              v: 1,
              aud: audience(authority.authority, SERVICE),
              nonce,
              device: thumbprint(signing.key),
              epoch: own.credential.epoch,
            })
            const body: OpenRestoreBody = {
              v: 1,
              manifest,
              credential: own.jws,
              scope: publicJwk(scope.key),
              scopeProof,
              consent: statement,
              ...continuity,
              ...(guard !== undefined && { guard }),
            }
            return utf8(JSON.stringify(body))
          },
        })
      ),
      TE.tap(({ answer }) => takeServiceTime(home)(answer)),
      TE.bindW('transport', ({ own: { credential }, agreement, answer: { body } }) =>
        unsealWith(agreement.key, transportHeader(body.session, credential.mid, credential.epoch), body.transport)
      ),
      TE.tap(({ answer: { body } }) => recordOpening(home, run, body)),
      TE.map(({ authority, own: { credential }, signing, transport, answer: { body } }) => ({
        session: body.session,
        mid: credential.mid,
        epoch: credential.epoch,
        authority,
        signing: signing.key,
        transport,
        issuers: body.issuers,
        client,
      }))
    )

const recordOpening = ({ store }: Home, run: string, { session, continuity }: OpenRestoreReply): TE.TaskEither<CoreFault, unknown> =>
  store.append({
    appends: [
      { stream: restoreStream(run), expectedRevision: 'any', events: [newEvent(RestoreDisconnecting, { run, session })] },
      keepContinuity(continuity),
    ],
    correlation: run,
  })
