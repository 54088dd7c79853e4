import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { foldStream } from '@custody/core/home'
import { satisfiesVersion } from '@custody/core/identity'
import type { EventStore, StreamAppend } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import { refuse, type Refusal } from '../server/service-route'
import type { LicenseComputer } from './license-computer'
import { ISSUE_EVENTS, LicenseIssued, type IssuedLicense, type Offer } from './license-event'
import { signLicense } from './sign-license'

/** What became of one license. */
export interface IssueState {
  /** The offer that a person accepted. */
  readonly accepted: string | undefined
  readonly issued: IssuedLicense | undefined
}

const FORBIDDEN = 403

/** Reads the stream of a license. @errors those of the store. */
export const readIssue = (store: EventStore, stream: string) =>
  foldStream<(typeof ISSUE_EVENTS)[number], IssueState>(store, stream, {
    definitions: ISSUE_EVENTS,
    initial: { accepted: undefined, issued: undefined },
    evolve: (state, event) =>
      event.type === 'OfferAccepted' ? { ...state, accepted: event.data.offer } : { ...state, issued: event.data },
  })

/** Why a computer may not have an offer (IN-28), or nothing. */
export const unmet = (authority: Authority, { minimumVersion }: Offer, { credential }: LicenseComputer): Refusal | undefined =>
  minimumVersion === undefined || satisfiesVersion(credential.securityVersion, minimumVersion)
    ? undefined
    : refuse(
        FORBIDDEN,
        'IndividualizationRequired',
        `The license needs version ${minimumVersion} of the security component.`,
        authority.trust().document.urls.update
      )

/** A license with what has to be appended before it goes out: nothing for one that is there already. */
export interface ReadyLicense {
  readonly issued: IssuedLicense
  readonly appends: ReadonlyArray<StreamAppend>
}

/** The license of a stream, or a new one. @errors `LicenseMalformed`, those of the store. */
export const licenseOn = (authority: Authority, stream: string, offer: Offer, mid: string): TE.TaskEither<CoreFault, ReadyLicense> =>
  pipe(
    readIssue(authority.store, stream),
    TE.flatMapEither(({ state: { issued }, revision }): E.Either<CoreFault, ReadyLicense> => {
      if (issued !== undefined) return E.right({ issued, appends: [] })
      return pipe(
        signLicense(authority, offer, mid),
        E.map((made) => ({
          issued: made,
          appends: [{ stream, expectedRevision: revision, events: [newEvent(LicenseIssued, made)] }],
        }))
      )
    })
  )
