import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { verifyChain } from '../certificate/verify-chain'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { decide } from '../vault/issuer-decider'
import { ISSUER_STREAM } from '../vault/issuer-event'
import { readIssuers } from '../vault/trusted-issuers'
import type { OpenRestoreReply } from './restore-messages'

type Certified = OpenRestoreReply['issuers'][number]

/** Whether certificates lead from an issuer to this home's authority, now. */
const leads = (home: Home, { issuer, chain }: Certified): boolean => {
  const checked = verifyChain(chain, { root: home.authorityRoot, use: 'issuer', now: home.clock.now() })
  return E.isRight(checked) && checked.right.subject.thumbprint === issuer
}

const certify = (home: Home, own: string, certified: Certified): TE.TaskEither<CoreFault, unknown> =>
  certified.issuer === own || !leads(home, certified)
    ? TE.right(undefined)
    : retryConflict(
        pipe(
          readIssuers(home),
          TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, unknown> => {
            const events = state.grounds.has(certified.issuer)
              ? []
              : decide(state, { type: 'CertifyIssuer', issuer: certified.issuer, chain: certified.chain })
            return events.length === 0
              ? TE.right(undefined)
              : home.store.append({ appends: [{ stream: ISSUER_STREAM, expectedRevision: revision, events }] })
          })
        )
      )

/**
 * Believes the issuers of a backup's licenses by the certificates that the service gives for them. One that is known already
 * keeps its ground, one that the user withdrew stays withdrawn, and one whose certificates lead nowhere stays a stranger: its
 * licenses are refused one by one.
 *
 * @errors those of keystore and store.
 */
export const certifyIssuers = (home: Home, issuers: ReadonlyArray<Certified>): TE.TaskEither<CoreFault, unknown> =>
  pipe(
    home.keystore.issuer(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(({ kid }) => TE.traverseSeqArray((certified: Certified) => certify(home, kid, certified))(issuers))
  )
