import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import { decodeEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { ConsentFault, CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { EncodedDigest, ShortText } from '../license/document-values'
import { Timestamp, timestampFromMicros } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { CONSENT_EVENTS, CONSENT_STREAM, ConsentRecorded, type ConsentAnswer, type ConsentMeans } from './consent-event'
import { noticeDigest, type ConsentKind, type Notice } from './notice'

/** A person's answer to a notice. */
export interface Answer {
  readonly answer: ConsentAnswer
  readonly by: ConsentMeans
}

/** Shows a notice and waits for the answer; whatever is not plainly a yes is `declined`. */
export interface ConsentPort {
  readonly ask: (notice: Notice) => Promise<Answer>
}

/** Names a recorded consent: the id of its event. A client of a service asks for one and looks it up in the log. */
export type ConsentId = string

/** What a request carries of a consent: how it was given stays here. @source docs/reference/protocols.md, section 5.1 */
export const ConsentStatement = exactly(
  t.type(
    {
      operation: ShortText,
      kind: t.union([t.literal('individualize'), t.literal('restore'), t.literal('renew')]),
      text: ShortText,
      textSha256: EncodedDigest,
      answer: t.literal('given'),
      at: Timestamp,
    },
    'statement of consent'
  )
)
export type ConsentStatement = Readonly<t.TypeOf<typeof ConsentStatement>>

/** Records an answer. @returns the id of the event, by which clients find it. @errors those of the store. */
export const recordConsent =
  (home: Home) =>
  (operation: string, notice: Notice, { answer, by }: Answer): TE.TaskEither<CoreFault, ConsentId> => {
    const { kind, text } = notice
    const event = newEvent(ConsentRecorded, { operation, kind, text, textSha256: noticeDigest(notice), answer, by })
    return pipe(
      home.store.append({
        appends: [{ stream: CONSENT_STREAM, expectedRevision: 'any', events: [event] }],
        correlation: operation,
      }),
      TE.map(([stored]) => {
        if (stored === undefined) throw new RangeError('an append of one event stored none')
        return stored.id
      })
    )
  }

const missing = (kind: ConsentKind): ConsentFault => ({ type: 'ConsentMissing', kind })

/**
 * The statement of a recorded consent, for a request that rests on it.
 *
 * @errors `ConsentMissing` when the log holds no such answer for this kind of operation, `ConsentDeclined`, those of the store.
 */
export const consentGiven =
  (home: Home) =>
  (id: ConsentId, kind: ConsentKind): TE.TaskEither<CoreFault, ConsentStatement> =>
    pipe(
      home.store.event(id),
      TE.flatMapEither((stored): E.Either<CoreFault, ConsentStatement> => {
        if (stored === undefined || stored.stream !== CONSENT_STREAM) return E.left(missing(kind))
        const decoded = decodeEvent(CONSENT_EVENTS)(stored)
        if (E.isLeft(decoded)) return decoded
        const { by: _, answer, ...data } = decoded.right.data
        if (data.kind !== kind) return E.left(missing(kind))
        return answer === 'given'
          ? E.right({ ...data, answer, at: timestampFromMicros(stored.time) })
          : E.left({ type: 'ConsentDeclined', kind })
      })
    )
