import { sha256 } from '../encoding/sha256'

/**
 * Expected rows as prints of fixed size, 33 bytes and some room each, so that those of millions fit in memory. A print is
 * the beginning of a SHA-256: 16 bytes of the row's name, 8 of its value.
 */
export interface RowPrints {
  /** Expects a row to have a value, or to be gone, after the event at a position, which counts from 1. */
  readonly expect: (name: string, value: string | undefined, position: number) => void
  /** Compares a row that is there, and remembers that it was found. `position` is 0 for a row that no event makes. */
  readonly match: (name: string, value: string) => { readonly same: boolean; readonly position: number }
  /** Forgets which rows were found, before another comparison. */
  readonly forget: () => void
  /** The lowest position of an event whose row was not found. */
  readonly firstUnfound: () => number | undefined
  /** Whether a row is expected and was not found. */
  readonly unfound: (name: string) => boolean
}

const FIRST_SLOTS = 1024
const GROWTH = 1.5
/** Share of the slots in use at which the table grows. */
const FULL = 0.75
const NAME_WORDS = 4
const WORDS = 6
const GONE = 1
const FOUND = 2

/** Slots in open addressing; one whose position is 0 is free. */
interface Slots {
  readonly size: number
  readonly words: Uint32Array
  readonly positions: Float64Array
  readonly marks: Uint8Array
}

const slots = (size: number): Slots => ({
  size,
  words: new Uint32Array(size * WORDS),
  positions: new Float64Array(size),
  marks: new Uint8Array(size),
})

/** The slot of a name: the one that has it, or the free one where it goes. */
const slotOf = ({ size, words, positions }: Slots, print: Uint32Array): number => {
  for (let at = (print[0] ?? 0) % size; ; at = (at + 1) % size) {
    if (positions[at] === 0) return at
    const first = at * WORDS
    let same = true
    for (let word = 0; word < NAME_WORDS; word++) same &&= words[first + word] === print[word]
    if (same) return at
  }
}

const grown = (old: Slots): Slots => {
  const next = slots(Math.ceil(old.size * GROWTH))
  for (let at = 0; at < old.size; at++) {
    const position = old.positions[at] ?? 0
    if (position === 0) continue
    const print = old.words.subarray(at * WORDS, (at + 1) * WORDS)
    const to = slotOf(next, print)
    next.words.set(print, to * WORDS)
    next.positions[to] = position
    next.marks[to] = old.marks[at] ?? 0
  }
  return next
}

const wordsOf = (text: string): Uint32Array => new Uint32Array(sha256(text).buffer)

const sameValue = ({ words }: Slots, at: number, value: string): boolean => {
  const print = wordsOf(value)
  return [0, 1].every((word) => words[at * WORDS + NAME_WORDS + word] === print[word])
}

/** An empty table. */
export const rowPrints = (): RowPrints => {
  let table = slots(FIRST_SLOTS)
  let used = 0
  return {
    expect: (name, value, position) => {
      if (used >= table.size * FULL) table = grown(table)
      const print = wordsOf(name)
      const at = slotOf(table, print)
      if (table.positions[at] === 0) used += 1
      table.words.set(print.subarray(0, NAME_WORDS), at * WORDS)
      if (value !== undefined) table.words.set(wordsOf(value).subarray(0, WORDS - NAME_WORDS), at * WORDS + NAME_WORDS)
      table.positions[at] = position
      table.marks[at] = value === undefined ? GONE : 0
    },
    match: (name, value) => {
      const at = slotOf(table, wordsOf(name))
      const position = table.positions[at] ?? 0
      if (position === 0) return { same: false, position }
      const mark = table.marks[at] ?? 0
      table.marks[at] = mark | FOUND
      return { same: (mark & GONE) === 0 && sameValue(table, at, value), position }
    },
    forget: () => table.marks.forEach((mark, at) => (table.marks[at] = mark & GONE)),
    firstUnfound: () => {
      let first: number | undefined
      table.marks.forEach((mark, at) => {
        const position = table.positions[at] ?? 0
        if (mark === 0 && position > 0 && position < (first ?? Infinity)) first = position
      })
      return first
    },
    unfound: (name) => {
      const at = slotOf(table, wordsOf(name))
      return table.positions[at] !== 0 && table.marks[at] === 0
    },
  }
}
