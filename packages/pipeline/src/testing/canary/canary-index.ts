import { codedForms, rawForm, type CodedForm } from './coded-forms'

/** Where secret bytes were found. The bytes themselves are never repeated. */
export interface CanaryHit {
  /** What was searched: a path through a value, a file, a mapping of memory. */
  readonly where: string
  /** How they are spelled there: `raw`, `hex`, `base64`, `utf-16`, `decimal`, … */
  readonly form: string
  /** Offset of the first byte of the run within what was searched. */
  readonly at: number
}

/** Secrets, ready to be looked for in anything. Made by {@link canaryIndex}. */
export interface CanaryIndex {
  /** Runs of secret bytes in a piece of memory. */
  readonly findIn: (haystack: Uint8Array, where: string) => ReadonlyArray<CanaryHit>
  /** Buffers that hold the secrets on behalf of the search, and are no leak. */
  readonly own: ReadonlySet<ArrayBufferLike>
}

/** What is looked for. */
export interface CanaryIndexOptions {
  /** `raw` for much memory that holds bytes and no text; all spellings unless told. */
  readonly spellings?: 'all' | 'raw'
}

/** A run of 15 bytes or more holds one whole piece of 8 that begins at a multiple of 8 in the secret. */
const PIECE = 8
/** What has fewer different bytes is found in any memory and says nothing. */
const LEAST_DISTINCT = 5
const FILTER_BITS = 20

interface Place {
  readonly high: number
  readonly form: CodedForm
  readonly offset: number
}

interface Table {
  readonly filter: Uint8Array
  readonly places: Map<number, Place[]>
}

/**
 * Prepares secrets for the search: any 16 consecutive bytes of one count, raw, as hex, as base64 at each of its three
 * alignments, as text of 16 bits a character, as UTF-8 of such text, and as a list of decimal numbers.
 *
 * @param secrets Random bytes: what has hardly any different bytes is not looked for. They must be allocations of their own,
 * for whoever reaches a view reaches its whole buffer.
 * @example
 * const index = canaryIndex([plantedInSamples, plantedInKeys])
 */
export const canaryIndex = (secrets: ReadonlyArray<Uint8Array>, { spellings = 'all' }: CanaryIndexOptions = {}): CanaryIndex => {
  const forms = secrets.flatMap(spellings === 'raw' ? rawForm : codedForms)
  const table: Table = { filter: new Uint8Array(1 << FILTER_BITS), places: new Map() }
  for (const form of forms) enterForm(table, form)
  return {
    findIn: (haystack, where) => findIn(table, haystack, where),
    own: new Set([...secrets.map(({ buffer }) => buffer), ...forms.map(({ bytes }) => bytes.buffer), table.filter.buffer]),
  }
}

const enterForm = ({ filter, places }: Table, form: CodedForm): void => {
  const view = new DataView(form.bytes.buffer, form.bytes.byteOffset, form.bytes.byteLength)
  for (let offset = 0; offset + PIECE <= form.bytes.length; offset += PIECE) {
    if (distinctBytes(form.bytes, offset) < LEAST_DISTINCT - form.lessDistinct) continue
    const [low, high] = [view.getInt32(offset, true), view.getInt32(offset + 4, true)]
    filter[slotOf(low, high)] = 1
    const known = places.get(low) ?? []
    places.set(low, known)
    known.push({ high, form, offset })
  }
}

const distinctBytes = (bytes: Uint8Array, offset: number): number => {
  let distinct = 0
  for (let at = offset; at < offset + PIECE; at += 1) {
    let before = offset
    while (bytes[before] !== bytes[at]) before += 1
    if (before === at) distinct += 1
  }
  return distinct
}

const MIX = 0x9e37_79b1
/** Under a test runner that gives each file a global object of its own, a look-up of `Math` for each byte takes most of the time. */
const { imul } = Math
const slotOf = (low: number, high: number): number => imul(low ^ (high << 7) ^ (high >>> 11), MIX) >>> (32 - FILTER_BITS)

const findIn = ({ filter, places }: Table, haystack: Uint8Array, where: string): ReadonlyArray<CanaryHit> => {
  const hits: CanaryHit[] = []
  let low = 0
  let high = 0
  // Indexed reads of typed memory, several hundred million of them: no iterator.
  for (let at = 0; at < haystack.length; at += 1) {
    low = (low >>> 8) | (high << 24)
    high = (high >>> 8) | ((haystack[at] ?? 0) << 24)
    if (filter[slotOf(low, high)] === 0 || at < PIECE - 1) continue
    const run = runAt(places.get(low), { high, haystack, at: at - PIECE + 1 })
    if (run === undefined) continue
    hits.push({ where, form: run.form.name, at: run.from })
    if (run.to > at) at = run.to - 1
  }
  return hits
}

interface Match {
  readonly high: number
  readonly haystack: Uint8Array
  readonly at: number
}

const runAt = (
  places: ReadonlyArray<Place> | undefined,
  { high, haystack, at }: Match
): { readonly form: CodedForm; readonly from: number; readonly to: number } | undefined => {
  for (const place of places ?? []) {
    if (place.high !== high) continue
    const { form, offset } = place
    let before = 0
    while (before < offset && before < at && haystack[at - before - 1] === form.bytes[offset - before - 1]) before += 1
    let after = PIECE
    const most = Math.min(haystack.length - at, form.bytes.length - offset)
    while (after < most && haystack[at + after] === form.bytes[offset + after]) after += 1
    if (before + after >= form.least) return { form, from: at - before, to: at + after }
  }
  return undefined
}
