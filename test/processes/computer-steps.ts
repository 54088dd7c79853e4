import { openBackup } from '@custody/core/backup'
import type { StoredEvent } from '@custody/core/event'
import * as E from 'fp-ts/Either'

import type { Place } from '../command/temporary-place'
import { leftoversIn, type InspectedHome } from './inspected-home'

/** What a computer does in its life, in this order. */
export type Step = 'individualize' | 'restore' | 'backup' | 'backup-again'
export const STEPS: ReadonlyArray<Step> = ['individualize', 'restore', 'backup', 'backup-again']

/** Licenses of one batch. */
const BATCH = 512

/** What the steps of one computer work on. */
export interface StepScene {
  readonly place: Place
  readonly backup: string
  readonly source: { readonly backup: string; readonly licenses: ReadonlyArray<string> }
}

/** Words of the command for a step. */
export const wordsOf = (step: Step, { backup, source }: StepScene): ReadonlyArray<string> => {
  switch (step) {
    case 'individualize':
      return ['individualize', '--yes']
    case 'restore':
      return ['restore', source.backup, '--yes']
    case 'backup':
      return ['backup', backup]
    case 'backup-again':
      return ['backup', backup, '--overwrite']
  }
}

/** The set that a reader takes at a place: nothing where there is none or half a one. */
export const setAt = async (directory: string): Promise<{ readonly set: string; readonly licenses: number } | undefined> => {
  const opened = await openBackup(directory, { salvage: false })()
  return E.isRight(opened) ? { set: opened.right.set, licenses: opened.right.manifest.licenses } : undefined
}

const ofType = (events: ReadonlyArray<StoredEvent>, ...types: ReadonlyArray<string>): ReadonlyArray<StoredEvent> =>
  events.filter(({ type }) => types.includes(type))

const ENDS = ['Succeeded', 'Failed', 'Cancelled', 'Unneeded'].map((end) => `Individualization${end}`)
const RESTORE_ENDS = ['RestoreEnded', 'RestoreEndedPartially', 'RestoreFailed', 'RestoreCancelled']

const setsOf = (events: ReadonlyArray<StoredEvent>, ...types: ReadonlyArray<string>): ReadonlyArray<string> =>
  ofType(events, ...types).map(({ data }) => (data as { readonly set: string }).set)

/** Whether the log has a run of a step that is to go on, without another consent. */
export const hasOpenRun = (step: Step, events: ReadonlyArray<StoredEvent>): boolean => {
  if (step === 'backup' || step === 'backup-again') {
    const ended = new Set(setsOf(events, 'BackupEnded', 'BackupFailed', 'BackupCancelled'))
    return setsOf(events, 'BackupBegun').some((set) => !ended.has(set))
  }
  const [begins, ends] =
    step === 'individualize' ? [['IndividualizationBegun'], ENDS] : [['RestoreRequested'], RESTORE_ENDS]
  return ofType(events, ...begins).length > ofType(events, ...ends).length
}

/** Individualizations that a computer began. One that failed, as on a full disk, may have been granted, and the next one asks anew. */
export const individualizationsIn = (events: ReadonlyArray<StoredEvent>): number => ofType(events, 'IndividualizationBegun').length

export const consentsIn = (events: ReadonlyArray<StoredEvent>): number => ofType(events, 'ConsentRecorded').length

/** What is wrong with a computer while a step is cut off: everything must be as before it or as after it. */
export const problemsBetween = async (
  step: Step,
  { backup, source }: StepScene,
  before: InspectedHome,
  now: InspectedHome,
  old: string | undefined
): Promise<ReadonlyArray<string>> => {
  const problems = [...now.problems]
  const { length } = now.licenses
  const whole = step === 'restore' ? length % BATCH === 0 || length === source.licenses.length : length === before.licenses.length
  if (!whole) problems.push(`${length} licenses`)
  if (step !== 'individualize' && now.epoch !== before.epoch) problems.push(`epoch ${now.epoch}`)
  if (ofType(now.events, 'LicenseRestored').length !== length) problems.push('licenses that no restore tells of')
  if (!step.startsWith('backup')) return problems
  const present = await setAt(backup)
  const begun = setsOf(now.events, 'BackupBegun')
  if (present === undefined && old !== undefined) problems.push('the old backup is gone')
  if (present !== undefined && present.set !== old && !begun.includes(present.set)) problems.push(`the set ${present.set}`)
  if (present !== undefined && present.licenses !== length) problems.push(`${present.licenses} licenses are backed up`)
  return problems
}

const doneProblems = async (step: Step, { backup, source }: StepScene, now: InspectedHome): Promise<ReadonlyArray<string>> => {
  const problems: string[] = []
  const expect = (condition: boolean, what: string): void => {
    if (!condition) problems.push(what)
  }
  expect(now.epoch === 1 && now.mid !== undefined, `epoch ${now.epoch}`)
  expect(ofType(now.events, 'IndividualizationSucceeded').length === 1, 'one individualization succeeds')
  if (step === 'individualize') return problems
  expect(JSON.stringify(now.licenses) === JSON.stringify(source.licenses), `${now.licenses.length} licenses`)
  expect(ofType(now.events, 'LicenseRestored').length === now.licenses.length, 'each license came back once')
  expect(ofType(now.events, 'RestoreEnded').length > 0, 'a restore ended')
  if (step === 'restore') return problems
  const set = await setAt(backup)
  const ended = setsOf(now.events, 'BackupEnded')
  expect(set !== undefined && set.set === ended.at(-1) && set.licenses === now.licenses.length, 'a whole backup')
  return [...problems, ...leftoversIn(backup).map((name) => `left over: ${name}`)]
}

/** What is wrong with a computer when a step is done: it must be as if nothing had happened on the way. */
export const problemsAfter = async (step: Step, scene: StepScene, now: InspectedHome): Promise<ReadonlyArray<string>> => [
  ...now.problems,
  ...(await doneProblems(step, scene, now)),
  ...leftoversIn(scene.place.home).map((name) => `left over: ${name}`),
]
