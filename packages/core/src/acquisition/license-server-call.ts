import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import type * as t from 'io-ts'

import { homeAuthority } from '../authority/home-authority'
import { serviceKey } from '../authority/service-key'
import { utf8 } from '../encoding/utf8'
import type { ServiceClient } from '../exchange/service-client'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { presentCredential } from '../individualization/present-credential'
import { takeServiceTime } from '../vault/take-service-time'

/** A request to a license server. */
export interface LicenseServerCall<A> {
  readonly path: string
  /** The same for every try of one request. */
  readonly idem: string
  /** JSON. @param credential of the present epoch, JWS. */
  readonly body: (credential: string) => object
  readonly codec: t.Type<A, unknown>
  readonly signal: AbortSignal
}

/**
 * Asks a license server, which believes the computer by its credential and is believed by its authority's trust document.
 *
 * @param client made only for a computer that has something to show.
 * @errors `NotIndividualized`, `AuthorityUnknown`, `CredentialInvalid`; those of the client, keystore and store.
 */
export const callLicenseServer = <A>(
  home: Home,
  client: () => ServiceClient,
  { path, idem, body, codec, signal }: LicenseServerCall<A>
): TE.TaskEither<CoreFault, A> =>
  pipe(
    TE.Do,
    TE.bind('own', () => presentCredential(home)),
    TE.bind('authority', () => homeAuthority(home)),
    TE.bindW('signing', ({ own }) => home.keystore.signing(own.credential.epoch)),
    TE.flatMap(({ own, authority: { authority, trust }, signing }) => {
      const bytes = utf8(JSON.stringify(body(own.jws)))
      const now = home.clock.now()
      return client().call({
        service: 'license',
        authority,
        signing: signing.key,
        path,
        body: () => bytes,
        idem,
        keyFor: (kid) => serviceKey(trust, 'license-signing', now, kid),
        codec,
        signal,
      })
    }),
    TE.tap((answer) => takeServiceTime(home)(answer)),
    TE.map((answer) => answer.body)
  )
