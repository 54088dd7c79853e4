import { isFailure } from '../hresult'
import { INDIVIDUALIZATION_CODE } from '../individualization-code'
import { MEDIA_EVENT } from '../media-event'
import type { ProcessKind } from '../process'
import type { MediaEvent, WmtSignal } from '../status-object'
import { WMT_STATUS } from '../wmt-status'
import { referenceSection } from './reference-tables'

/** One line of the event grammars, read from the reference, as a pattern over words that each end with a space. */
const lineOf = (section: string, start: string): string => {
  const line = referenceSection(section)
    .split('\n')
    .find((text) => text.startsWith(start))
  if (line === undefined) throw new RangeError(`section ${section} has no line ${start}`)
  return line
}

/** `(kid)`, `(url)` and numbers say what a word carries; a word repeats or may lack as the sign behind it says. */
const patternOf = (grammar: string): string =>
  grammar
    .replaceAll(/\((?:kid|url|\d+)\)/g, '')
    .replaceAll(/\w+/g, '(?:$&~)')
    .replaceAll(/\s/g, '')
    .replaceAll('~', ' ')

const afterColon = (line: string): string => line.slice(line.indexOf(':') + 1)

/**
 * The place of END may hold a failing status: section 10.1 names as terminal signal "WMT 27, or a failing status". A run that
 * fails before its first status has its end alone.
 */
const BACKUP_A = `(?:${patternOf(afterColon(lineOf('### 3.1', 'A backup')))}|ERROR )`
const RESTORE_A = `(?:${patternOf(afterColon(lineOf('### 3.1', 'A restore')).replace('BEGIN END', 'BEGIN (END|ERROR)'))}|ERROR )`

const stages = /\{(.*)\} → on success (\w+)/.exec(lineOf('## 4.', 'A :')) ?? []
const INDIVIDUALIZE_A = `(?:${patternOf((stages[1] ?? '').replace('SUCCEED', `SUCCEED ${stages[2] ?? ''}`))}|FAIL |CANCEL )`

const completion = (section: string, start: string): string =>
  patternOf((lineOf(section, start).match(/(?:Progress|Completed)\(\d+\)\*?/g) ?? []).join(' '))

/** The grammars of the first generation as patterns over {@link wordsOfA}. */
export const GRAMMAR_A = {
  backup: new RegExp(`^${BACKUP_A}$`),
  restore: new RegExp(`^${RESTORE_A}$`),
  individualization: new RegExp(`^${INDIVIDUALIZE_A}$`),
  revocation: /^$/,
  acquisition: /^ACQUIRE_LICENSE $/,
  monitoring: /^ACQUIRE_LICENSE $/,
  cleaning: /^$/,
} satisfies Record<ProcessKind, RegExp>

/** The grammar of the second generation for one backup, restore or individualization, over {@link wordsOfB}. */
export const GRAMMAR_B = {
  backup: new RegExp(`^${completion('### 3.1', 'B backup')}$`),
  restore: new RegExp(`^${completion('### 3.1', 'B restore')}$`),
  individualization: new RegExp(`^${completion('## 4.', 'B : PerformSecurityUpdate(0x1|0x4) →')}$`),
}

const nameIn = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(table).find(([, known]) => known === value)?.[0] ?? `unknown ${value}`

/** The words of the grammars for a run's statuses. A failing status that is none of the failing words is told as it is not: `!`. */
export const wordsOfA = (signals: ReadonlyArray<WmtSignal>): string =>
  signals
    .map(({ status, hr, value }) => {
      const stage = typeof value === 'object' && value !== null && 'enIndiStatus' in value ? value.enIndiStatus : undefined
      const name = stage === undefined ? nameIn(WMT_STATUS, status) : nameIn(INDIVIDUALIZATION_CODE, stage)
      const word = name.replace(/^(WMT|INDI)_(BACKUPRESTORE_)?/, '').replace('RESTRICTED_LICENSE', 'RESTRICTED')
      const fails = /^(ERROR|FAIL|CANCEL)/.test(word)
      const free = word === 'ACQUIRE_LICENSE'
      return `${free || fails === isFailure(hr) ? '' : '!'}${word} `
    })
    .join('')

/** `Progress ` and `Completed ` for a run's events. */
export const wordsOfB = (events: ReadonlyArray<MediaEvent>): string =>
  events.map(({ type }) => (nameIn(MEDIA_EVENT, type).endsWith('Progress') ? 'Progress ' : 'Completed ')).join('')
