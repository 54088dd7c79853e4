import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { licensesEverNamed, licensesEverOf } from './read-events'
import { licenseRow, type LicenseName } from '../vault/license-name'
import { answerFor } from './answer'
import type { Explanation } from './explanation'
import { loadPast } from './load-past'
import type { Past } from './past'
import { compareReplay, recordedCandidates, type DecisionEvent } from './replay'
import type { Asked, Scene } from './scene'

const askedOf = (event: DecisionEvent): Asked | undefined => {
  switch (event.type) {
    case 'ExportAuthorized':
    case 'ExportRefused':
      return event.data.question === null ? undefined : { type: 'export', question: event.data.question }
    case 'ImportAuthorized':
    case 'ImportRefused':
      return { type: 'import', question: event.data.question }
  }
}

const namesFor = (home: Home, event: DecisionEvent): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> => {
  switch (event.type) {
    case 'ExportAuthorized':
    case 'ExportRefused':
      return licensesEverOf(home, event.data.keyId)
    case 'ImportAuthorized':
    case 'ImportRefused':
      return licensesEverNamed(home, event.data.lid)
  }
}

const GONE: ReadonlySet<string> = new Set(['absent', 'deleted', 'revoked'])

/** The licenses that the log had for the question: all of the key ID, or for an import the home's own before another's. */
const liveFor = (asked: Asked, past: Past, names: ReadonlyArray<LicenseName>): ReadonlyArray<LicenseName> => {
  const rows = new Set(names.map(licenseRow))
  const live = past.licenses
    .filter(({ name, held }) => rows.has(licenseRow(name)) && !GONE.has(held.state.standing))
    .map(({ name }) => name)
  if (asked.type !== 'import') return live
  const { own, candidates } = asked.question
  const mine = live.filter(({ issuer }) => issuer === own)
  const named = new Set(candidates.map(({ license }) => licenseRow(license)))
  return mine.length > 0 ? mine : live.filter((name) => named.has(licenseRow(name)) || named.size === 0)
}

type Explained = Omit<Explanation, 'subject' | 'text'>

/** Explains the event of a decision: what was asked, why it came out so, and whether it comes out so again. */
export const explainDecision = (home: Home, event: DecisionEvent): TE.TaskEither<CoreFault, Explained> => {
  const asked = askedOf(event)
  const withoutUse = event.type === 'ExportAuthorized' ? event.data.useId : null
  const now = asked === undefined || asked.type === 'query' ? event.time : asked.question.judgedAt
  const moment = { type: 'position', position: event.position, withoutUse } as const
  return pipe(
    namesFor(home, event),
    TE.bindTo('names'),
    TE.bind('past', ({ names }) => loadPast(home, { names, moment, now })),
    TE.map(({ names, past }): Explained => {
      const place = { at: now, position: event.position }
      if (asked === undefined || asked.type === 'query') {
        return { ...place, answers: [], replay: { type: 'question-not-recorded' } }
      }
      const scene: Scene = { asked, candidates: recordedCandidates(past, asked.question.candidates) }
      const answer = answerFor(scene, past)
      return { ...place, answers: [answer], replay: compareReplay(event, answer, past, liveFor(asked, past, names)) }
    })
  )
}
