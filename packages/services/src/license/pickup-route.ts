import { PICKUP_PATH, PickupBody } from '@custody/core/acquisition'
import type { CoreFault } from '@custody/core/fault'
import { retryConflict } from '@custody/core/home'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import { answer, signedRoute, type Answer, type AnySignedRoute } from '../server/service-route'
import { deliverLicense } from './deliver-license'
import { licenseOn, readIssue, unmet } from './issue-to'
import { licenseComputer, type LicenseComputer } from './license-computer'
import { answerStream, type IssuedLicense, type Offer } from './license-event'
import { readOffers } from './offers'

const pending = answer({ pending: true })

const issued = (authority: Authority, stream: string, offer: Offer, mid: string): TE.TaskEither<CoreFault, IssuedLicense> =>
  retryConflict(
    pipe(
      licenseOn(authority, stream, offer, mid),
      TE.flatMap(({ issued: license, appends }) =>
        appends.length === 0
          ? TE.right(license)
          : pipe(
              authority.store.append({ appends }),
              TE.bimap(
                (fault): CoreFault => fault,
                () => license
              )
            )
      )
    )
  )

const pickedUp = (authority: Authority, computer: LicenseComputer, challenge: string): TE.TaskEither<CoreFault, Answer> => {
  const { mid } = computer.credential
  const stream = answerStream(mid, challenge)
  return pipe(
    TE.Do,
    TE.bind('offers', () => readOffers(authority.store)),
    TE.bind('issue', () => readIssue(authority.store, stream)),
    TE.flatMap(({ offers, issue: { state } }): TE.TaskEither<CoreFault, Answer> => {
      const offer = state.accepted === undefined ? undefined : offers.state.byId.get(state.accepted)
      if (offer === undefined) return TE.right(pending)
      const refused = unmet(authority, offer, computer)
      if (refused !== undefined) return TE.right(refused)
      return pipe(
        issued(authority, stream, offer, mid),
        TE.flatMap((license) => deliverLicense(authority, offer, license, computer)),
        TE.map((response) => answer({ license: response }))
      )
    })
  )
}

/** Gives a computer the license that a person accepted for its challenge, or says that nobody did yet (LI-66). A repeat gets the same. */
export const pickupRoute = (authority: Authority): AnySignedRoute =>
  signedRoute({
    service: 'license',
    path: PICKUP_PATH,
    codec: PickupBody,
    signer: ({ credential }) =>
      TE.fromEither(
        pipe(
          licenseComputer(authority, credential),
          E.map((computer) => ({ key: computer.signing, mid: computer.credential.mid }))
        )
      ),
    handle: ({ body }) => {
      const computer = licenseComputer(authority, body.credential)
      return E.isLeft(computer) ? TE.right(computer.left) : pickedUp(authority, computer.right, body.challenge)
    },
  })
