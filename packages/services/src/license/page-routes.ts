import { ACCEPT_PATH, PAGE_PATH } from '@custody/core/acquisition'
import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { retryConflict } from '@custody/core/home'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import { formRoute, refuse, type FormRoute, type PlainReply, type Refusal } from '../server/service-route'
import { readIssue, unmet } from './issue-to'
import { answerStream, OfferAccepted, type Offer } from './license-event'
import { messagePage, offersPage } from './license-page'
import { readOffers, type Offers } from './offers'
import { pageChallenge, type PageChallenge } from './page-challenge'

const OK = 200
const BAD_REQUEST = 400
const NOT_FOUND = 404
const CONFLICT = 409
const AWAY = 503
/** Offers on one page. */
const MOST_OFFERS = 200

type Page = TE.TaskEither<CoreFault | Refusal, PlainReply>

const malformed = refuse(BAD_REQUEST, 'RequestMalformed', 'This page is opened by an application that asks for a license.')
const unavailable = refuse(NOT_FOUND, 'LicenseUnavailable', 'No license is offered for this content.')
const answered = refuse(CONFLICT, 'IdempotencyConflict', 'The application got another license for this request already.')

/** Offers that fit a challenge: of its content, or all before there is any (LI-67). */
const fitting = ({ byKeyId }: Offers, { challenge: { keyId } }: PageChallenge): ReadonlyArray<Offer> => {
  if (keyId === null) return [...byKeyId.values()].slice(-MOST_OFFERS)
  const offer = byKeyId.get(keyId)
  return offer === undefined ? [] : [offer]
}

const readPage = (authority: Authority, form: URLSearchParams): Page => {
  const text = form.get('challenge') ?? ''
  if (form.get('nonsilent') !== '1') return TE.left(malformed)
  return pipe(
    TE.fromEither(pageChallenge(authority, text)),
    TE.bindTo('asked'),
    TE.bindW('offers', () => readOffers(authority.store)),
    TE.flatMapEither(({ asked, offers }): E.Either<Refusal, PlainReply> => {
      const found = fitting(offers.state, asked)
      return found.length === 0 ? E.left(unavailable) : E.right(offersPage(text, found))
    })
  )
}

/** Records a person's answer; the first one to a challenge counts. */
const accept = (authority: Authority, { challenge, computer }: PageChallenge, offer: Offer): TE.TaskEither<CoreFault | Refusal, void> => {
  const { mid } = computer.credential
  const stream = answerStream(mid, challenge.id)
  const accepted = newEvent(OfferAccepted, { offer: offer.offer, keyId: offer.keyId, mid, challenge: challenge.id })
  return pipe(
    retryConflict(
      pipe(
        readIssue(authority.store, stream),
        TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, string> =>
          state.accepted !== undefined
            ? TE.right(state.accepted)
            : pipe(
                authority.store.append({ appends: [{ stream, expectedRevision: revision, events: [accepted] }] }),
                TE.map(() => offer.offer)
              )
        )
      )
    ),
    TE.flatMapEither((given): E.Either<Refusal, void> => (given === offer.offer ? E.right(undefined) : E.left(answered)))
  )
}

const acceptPage = (authority: Authority, form: URLSearchParams): Page =>
  pipe(
    TE.fromEither(pageChallenge(authority, form.get('challenge') ?? '')),
    TE.bindTo('asked'),
    TE.bindW('offers', () => readOffers(authority.store)),
    TE.flatMap(({ asked, offers }): TE.TaskEither<CoreFault | Refusal, void> => {
      const offer = fitting(offers.state, asked).find((one) => one.offer === form.get('offer'))
      if (offer === undefined) return TE.left(unavailable)
      const refused = unmet(authority, offer, asked.computer)
      return refused === undefined ? accept(authority, asked, offer) : TE.left(refused)
    }),
    TE.map(() => messagePage(OK, 'The license is ready', 'Go back to the application, which fetches it now. You can close this page.'))
  )

const shown = async (page: Page): Promise<PlainReply> => {
  const made = await page()
  if (E.isRight(made)) return made.right
  if (made.left.type !== 'Refusal') return messagePage(AWAY, 'Not now', 'The license server cannot answer now. Try again later.')
  const { status, refusal } = made.left
  return messagePage(status, 'No license', refusal.text)
}

/** The page that a person answers, and the answer (LI-60). */
export const pageRoutes = (authority: Authority): ReadonlyArray<FormRoute> => [
  formRoute(PAGE_PATH, (form) => shown(readPage(authority, form))),
  formRoute(ACCEPT_PATH, (form) => shown(acceptPage(authority, form))),
]
