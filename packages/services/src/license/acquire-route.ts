import { ACQUIRE_PATH, AcquireBody } from '@custody/core/acquisition'
import type { CoreFault } from '@custody/core/fault'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { Authority } from '../authority/authority'
import { decideOnce, type Decision } from '../server/decide-once'
import { answer, refuse, signedRoute, type Answer, type AnySignedRoute, type Refusal } from '../server/service-route'
import { deliverLicense } from './deliver-license'
import { licenseOn, readIssue, unmet } from './issue-to'
import { licenseComputer, type LicenseComputer } from './license-computer'
import { silentStream } from './license-event'
import { readOffers } from './offers'

/** Which offer the computer got its license of. */
const Verdict = t.type({ offer: t.string })
type Verdict = Readonly<t.TypeOf<typeof Verdict>>

const FORBIDDEN = 403
const NOT_FOUND = 404

const unavailable = refuse(NOT_FOUND, 'LicenseUnavailable', 'No license is offered for this content.')
const notSilent = refuse(FORBIDDEN, 'NotSilent', 'A person has to accept this license on the page.')

const decide = (
  authority: Authority,
  computer: LicenseComputer,
  { keyId }: AcquireBody
): TE.TaskEither<CoreFault, Decision<Verdict> | Refusal> =>
  pipe(
    readOffers(authority.store),
    TE.flatMap(({ state: { byKeyId } }): TE.TaskEither<CoreFault, Decision<Verdict> | Refusal> => {
      const offer = byKeyId.get(keyId)
      if (offer === undefined) return TE.right(unavailable)
      if (offer.mode === 'non-silent') return TE.right(notSilent)
      const refused = unmet(authority, offer, computer)
      if (refused !== undefined) return TE.right(refused)
      const { mid } = computer.credential
      return pipe(
        licenseOn(authority, silentStream(offer.offer, mid), offer, mid),
        TE.map(({ appends }) => ({ verdict: { offer: offer.offer }, appends }))
      )
    })
  )

const delivered = (authority: Authority, computer: LicenseComputer, { offer: id }: Verdict): TE.TaskEither<CoreFault, Answer> =>
  pipe(
    TE.Do,
    TE.bind('offers', () => readOffers(authority.store)),
    TE.bind('issue', () => readIssue(authority.store, silentStream(id, computer.credential.mid))),
    TE.flatMap(({ offers, issue: { state } }) => {
      const offer = offers.state.byId.get(id)
      if (offer === undefined || state.issued === undefined) throw new TypeError('a decided license is stored')
      return deliverLicense(authority, offer, state.issued, computer)
    }),
    TE.map(answer)
  )

/** Gives a license to a computer without a person (LI-61): one for each offer, the same again for whoever asks again. */
export const acquireRoute = (authority: Authority): AnySignedRoute =>
  signedRoute({
    service: 'license',
    path: ACQUIRE_PATH,
    codec: AcquireBody,
    signer: ({ credential }) =>
      TE.fromEither(
        pipe(
          licenseComputer(authority, credential),
          E.map((computer) => ({ key: computer.signing, mid: computer.credential.mid }))
        )
      ),
    handle: ({ body, mid, proof }) => {
      const computer = licenseComputer(authority, body.credential)
      if (E.isLeft(computer)) return TE.right(computer.left)
      return pipe(
        decideOnce(authority.store, { mid, proof }, Verdict, decide(authority, computer.right, body)),
        TE.flatMap((decided) =>
          decided.type === 'Refusal' ? TE.right(decided) : delivered(authority, computer.right, decided.verdict)
        )
      )
    },
  })
