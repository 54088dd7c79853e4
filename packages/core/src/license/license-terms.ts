import { LicenseDocument, type CopyLevels, type PlayLevels, type Right, type Window } from './license-document'
import { timestampMicros } from './timestamp'

/** One window in numbers: infinite where the document states nothing. */
export interface WindowTerms {
  readonly count: number
  /** Microseconds since 1970. */
  readonly from: number
  /** Microseconds since 1970. */
  readonly until: number
}

/** One right in numbers. */
export interface RightTerms {
  readonly windows: ReadonlyArray<WindowTerms>
  /** Whether a date or an expiry in hours limits it, so that it needs a clock that can be believed (R13). */
  readonly timed: boolean
}

/** A document read once for many questions. */
export interface LicenseTerms {
  /** Whether every member is one that this version knows (R6). */
  readonly known: boolean
  readonly priority: number
  /** Microseconds since 1970. */
  readonly issued: number
  readonly rights: ReadonlyMap<string, RightTerms>
  /** Microseconds that it lasts after its first use; infinite without such an end. */
  readonly afterFirstUse: number
  /** Microseconds that it lasts after it was stored; infinite without such an end. */
  readonly afterStore: number
  readonly restrictsPlay: boolean
  readonly restrictsCopy: boolean
}

const HOUR = 3600 * 1_000_000
const DEFAULT_PRIORITY = 0

const windowTerms = ({ count, from, until }: Window): WindowTerms => ({
  count: count ?? Number.POSITIVE_INFINITY,
  from: from === undefined ? Number.NEGATIVE_INFINITY : timestampMicros(from),
  until: until === undefined ? Number.POSITIVE_INFINITY : timestampMicros(until),
})

const rightTerms = ({ windows = [] }: Right, expires: boolean): RightTerms => ({
  windows: windows.map(windowTerms),
  timed: expires || windows.some(({ from, until }) => from !== undefined || until !== undefined),
})

const hours = (stated: number | undefined): number => (stated === undefined ? Number.POSITIVE_INFINITY : stated * HOUR)

/** Levels of zero and empty lists restrict nothing (LI-28). */
const restrictsPlay = ({ video = [], audio = [], ...levels }: PlayLevels): boolean =>
  video.length > 0 || audio.length > 0 || Object.values(levels).some((level) => level > 0)

/** A list of systems taken in restricts nothing by itself: without a minimum nobody is below it (LI-29). */
const restrictsCopy = ({ minimum, excludes = [] }: CopyLevels): boolean => minimum > 0 || excludes.length > 0

/** Nothing of a document that holds something unknown is read. */
const unknown: LicenseTerms = {
  known: false,
  priority: DEFAULT_PRIORITY,
  issued: 0,
  rights: new Map(),
  afterFirstUse: 0,
  afterStore: 0,
  restrictsPlay: true,
  restrictsCopy: true,
}

const read = (document: LicenseDocument): LicenseTerms => {
  if (!LicenseDocument.is(document)) return unknown
  const { afterFirstUseHours, afterStoreHours, play, copy } = document
  const expires = afterFirstUseHours !== undefined || afterStoreHours !== undefined
  return {
    known: true,
    priority: document.priority ?? DEFAULT_PRIORITY,
    issued: timestampMicros(document.issued),
    rights: new Map(document.rights.map((right) => [right.action, rightTerms(right, expires)])),
    afterFirstUse: hours(afterFirstUseHours),
    afterStore: hours(afterStoreHours),
    restrictsPlay: play !== undefined && restrictsPlay(play),
    restrictsCopy: copy !== undefined && restrictsCopy(copy),
  }
}

const readTerms = new WeakMap<LicenseDocument, LicenseTerms>()

/** What a document says, in numbers. Worked out once for each document: evaluation asks again and again. */
export const termsOf = (document: LicenseDocument): LicenseTerms => {
  const before = readTerms.get(document)
  if (before !== undefined) return before
  const terms = read(document)
  readTerms.set(document, terms)
  return terms
}
