import { timestampFromMicros } from '../license/timestamp'
import type { Answer, LicenseAnswer } from './answer'
import { changeWords } from './change-words'
import type { DecidingEvent } from './deciding-events'
import type { ExplainedSubject, Explanation } from './explanation'
import type { Replay } from './replay'

const subjectWords = (subject: ExplainedSubject): string => {
  switch (subject.type) {
    case 'key':
      return `key ID ${subject.keyId}`
    case 'license':
      return `license ${subject.licenses.map(({ lid }) => lid)[0] ?? ''}`
    case 'event':
      return `event ${subject.position}, ${subject.eventType}`
    case 'unknown':
      return `nothing is known of ${subject.text}: no key ID, license or event of this log`
  }
}

const eventWords = ({ position, type, time }: DecidingEvent): string =>
  `    event ${position}, ${type}, ${timestampFromMicros(time)}`

const licenseWords = ({ lid, root, standing, allowed, refusals }: LicenseAnswer): ReadonlyArray<string> => [
  `  license ${lid}${root === null ? '' : ` below ${root.lid}`} (${standing}): ${allowed ? 'allows it' : 'does not allow it'}`,
  ...refusals.map(({ rule, text }) => `    ${rule}: ${text}`),
]

const changeLines = ({ allowed, change }: Answer): ReadonlyArray<string> => {
  const other = allowed ? 'refused' : 'allowed'
  if (change === null) return [`  no change is known under which it would have been ${other}`]
  return [`  it would have been ${other} if`, ...change.map((one) => `    ${changeWords(one)}`)]
}

const answerWords = (answer: Answer): ReadonlyArray<string> => {
  const { action, allowed, refusals, licenses, decidedBy } = answer
  const own = refusals.filter(({ license }) => license === null)
  return [
    `${action ?? 'the transfer'}: ${allowed ? 'allowed' : 'refused'}`,
    ...own.map(({ rule, text }) => `  ${rule}: ${text}`),
    ...licenses.flatMap(licenseWords),
    ...(decidedBy.length === 0 ? [] : ['  decided by', ...decidedBy.map(eventWords)]),
    ...changeLines(answer),
  ]
}

const replayWords = (replay: Replay | null): ReadonlyArray<string> => {
  switch (replay?.type) {
    case undefined:
      return []
    case 'equal':
      return ['made again from the log, the decision comes out as it is recorded']
    case 'question-not-recorded':
      return ['an event of the first release did not keep what was asked, so the decision cannot be made again']
    case 'differs':
      return [`made again from the log, the decision differs in: ${replay.what.join(', ')}`]
  }
}

/** An explanation in plain words, line by line. */
export const explanationWords = ({
  subject,
  at,
  position,
  answers,
  replay,
}: Omit<Explanation, 'text'>): ReadonlyArray<string> =>
  subject.type === 'unknown'
    ? [subjectWords(subject)]
    : [
        `${subjectWords(subject)}, at ${timestampFromMicros(at)}, by the log up to ${position}`,
        ...(answers.length === 0 ? ['nothing was decided by it, and it names no license'] : answers.flatMap(answerWords)),
        ...replayWords(replay),
      ]
