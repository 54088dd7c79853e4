import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { Action } from '../license/action'
import { lookAtClock } from '../vault/observe-clock'
import { licenseRow, type LicenseName } from '../vault/license-name'
import { answerFor } from './answer'
import { decisionIn } from './decision-event'
import { explainDecision } from './explain-decision'
import { explanationWords } from './explanation-words'
import type { ExplainedSubject, Explanation } from './explanation'
import { loadPast } from './load-past'
import { licenseNamesIn } from './license-names-in'
import type { Moment } from './moment'
import { queryScene } from './query-scene'
import { licensesEverOf } from './read-events'
import { findSubject, type FoundSubject } from './subject'

/** What is to be explained. */
export interface ExplainRequest {
  /** A key ID, a license id or the id of an event. */
  readonly subject: string
  /** A past time, microseconds since 1970; now when it is left out. An event has its own time. */
  readonly at?: number
  /** Actions that are asked about; `Copy` and `Play` when they are left out. The event of a decision has its own. */
  readonly actions?: ReadonlyArray<Action>
}

type Explained = Omit<Explanation, 'text'>

const ACTIONS: ReadonlyArray<Action> = ['Copy', 'Play']

/** Licenses that are asked, for which key ID, as the log was when. */
interface Question {
  readonly subject: ExplainedSubject
  readonly names: ReadonlyArray<LicenseName>
  readonly keyId: KeyId | undefined
  readonly moment: Moment
  readonly now: number
}

const ask = (home: Home, question: Question, actions: ReadonlyArray<Action>): TE.TaskEither<CoreFault, Explained> => {
  const { subject, names, moment, now } = question
  const rows = new Set(names.map(licenseRow))
  return pipe(
    loadPast(home, { names, moment, now }),
    TE.map((past) => {
      const keyId = question.keyId ?? past.licenses[0]?.held.license.keyId
      const answers =
        keyId === undefined
          ? []
          : actions.map((action) => {
              const isAsked = ({ name }: { readonly name: LicenseName }): boolean => rows.has(licenseRow(name))
              return answerFor(queryScene(home, past, { keyId, action, isAsked }), past)
            })
      return { subject, at: now, position: past.position, answers, replay: null }
    })
  )
}

/** Looking at the clock comes first: a set back that nobody noticed yet would make the answer another one. */
const when = (home: Home, at: number | undefined): TE.TaskEither<CoreFault, Pick<Question, 'moment' | 'now'>> =>
  at === undefined
    ? pipe(
        lookAtClock(home),
        TE.map(({ now }) => ({ moment: { type: 'now' }, now }))
      )
    : TE.right({ moment: { type: 'time', at }, now: at })

const explainEvent = (home: Home, event: StoredEvent, actions: ReadonlyArray<Action>): TE.TaskEither<CoreFault, Explained> => {
  const { id, position, type: eventType, time } = event
  const subject: ExplainedSubject = { type: 'event', id, position, eventType }
  return pipe(
    TE.fromEither(decisionIn(event)),
    TE.flatMap((decision) =>
      decision === undefined
        ? pipe(
            licenseNamesIn(home, event),
            TE.flatMap((names) =>
              ask(home, { subject, names, keyId: undefined, moment: { type: 'position', position, withoutUse: null }, now: time }, actions)
            )
          )
        : pipe(
            explainDecision(home, decision),
            TE.map((explained) => ({ ...explained, subject }))
          )
    )
  )
}

const explainFound = (
  home: Home,
  found: FoundSubject,
  { subject: text, at, actions = ACTIONS }: ExplainRequest
): TE.TaskEither<CoreFault, Explained> => {
  switch (found.type) {
    case 'key': {
      const { keyId } = found
      return pipe(
        TE.Do,
        TE.bind('moment', () => when(home, at)),
        TE.bind('names', () => licensesEverOf(home, keyId)),
        TE.flatMap(({ moment, names }) => ask(home, { subject: { type: 'key', keyId }, names, keyId, ...moment }, actions))
      )
    }
    case 'license': {
      const { licenses } = found
      return pipe(
        when(home, at),
        TE.flatMap((moment) =>
          ask(home, { subject: { type: 'license', licenses }, names: licenses, keyId: undefined, ...moment }, actions)
        )
      )
    }
    case 'event':
      return explainEvent(home, found.event, actions)
    case 'unknown':
      return TE.right({
        subject: { type: 'unknown', text },
        at: at ?? home.clock.now(),
        position: 0,
        answers: [],
        replay: null,
      })
  }
}

/**
 * Tells why actions were allowed or refused, now or at a past time, from the log alone: the outcome, what each license
 * said, the events that decided, and the fewest changes under which it would have been otherwise. For the event of a
 * decision it makes that decision again and says whether it comes out as recorded. Licenses that are gone are explained
 * as well; for a text that names nothing the answer says so.
 *
 * @errors those of the store, `EventUnreadable`, `LicenseMalformed`.
 */
export const explain =
  (home: Home) =>
  (request: ExplainRequest): TE.TaskEither<CoreFault, Explanation> =>
    pipe(
      findSubject(home, request.subject),
      TE.flatMap((found) => explainFound(home, found, request)),
      TE.map((explained) => ({ ...explained, text: explanationWords(explained) }))
    )
