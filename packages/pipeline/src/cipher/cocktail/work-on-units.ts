import { xorRc4 } from '../rc4'
import type { Spans } from '../spans'
import { SHORT, WORD, type CipherParts } from './cipher-parts'
import { passWords, putUnit, takeUnit, type Workbench } from './workbench'

/** Some units of the bytes that they lie in: those from `first` up to `end`, no more than the bench has words for. */
export interface SomeUnits {
  readonly bytes: Uint8Array
  readonly units: Spans
  readonly first: number
  readonly end: number
}

/** Numbers of 32 bits in a word. */
const HALVES = 2
const HALF_BYTES = WORD / HALVES

/** Where the last whole word of a unit begins. */
const lastWord = (at: number, length: number): number => at + length - (length % WORD) - WORD

/** Numbers that the whole words of a unit make. */
const wholeNumbers = (length: number): number => Math.floor(length / WORD) * HALVES

/** Short units are padded over, which is all there is to them. */
const padShort = ({ bytes, units: { at, length }, first, end }: SomeUnits, pad: Uint8Array): void => {
  for (let index = first; index < end; index += 1) {
    const [from, size] = [at[index] ?? 0, length[index] ?? 0]
    if (size >= SHORT) continue
    for (let n = 0; n < size; n += 1) bytes[from + n] = (bytes[from + n] ?? 0) ^ (pad[n] ?? 0)
  }
}

/** Hands over the units that are not short, with the place of each one's word. Answers how many bytes the words take. */
const eachUnit = (
  { units: { at, length }, first, end }: SomeUnits,
  work: (at: number, length: number, word: number) => void
): number => {
  let used = 0
  for (let index = first; index < end; index += 1) {
    const size = length[index] ?? 0
    if (size < SHORT) continue
    work(at[index] ?? 0, size, used)
    used += WORD
  }
  return used
}

/**
 * Encrypts units where they lie.
 *
 * @source docs/reference/content-ciphers.md §1.5
 */
export const sealUnits = ({ swap, ...parts }: CipherParts, bench: Workbench, some: SomeUnits): void => {
  const { bytes } = some
  const { words, halves } = bench
  padShort(some, parts.pad)
  const sealed = (at: number, length: number, word: number): void => {
    const count = putUnit(bench, bytes, at, length)
    swap.sum(bench.numbers, wholeNumbers(length))
    const half = word / HALF_BYTES
    halves[half] = swap.high
    halves[half + 1] = swap.low
    xorRc4(words.subarray(word, word + WORD), bench.numbers, count)
    takeUnit(bench, bytes, at, length)
  }
  const used = eachUnit(some, sealed)
  if (used === 0) return
  passWords(bench, used, { before: parts.maskIn, cipher: parts.seal, behind: parts.maskOut })
  eachUnit(some, (at, length, word) => bytes.set(words.subarray(word, word + WORD), lastWord(at, length)))
}

/**
 * Decrypts units where they lie.
 *
 * @source docs/reference/content-ciphers.md §1.6
 */
export const openUnits = ({ swap, ...parts }: CipherParts, bench: Workbench, some: SomeUnits): void => {
  const { bytes } = some
  const { words, halves } = bench
  padShort(some, parts.pad)
  const noted = (at: number, length: number, word: number): void => {
    const last = lastWord(at, length)
    words.set(bytes.subarray(last, last + WORD), word)
  }
  const used = eachUnit(some, noted)
  if (used === 0) return
  passWords(bench, used, { before: parts.maskOut, cipher: parts.open, behind: parts.maskIn })
  const opened = (at: number, length: number, word: number): void => {
    const count = putUnit(bench, bytes, at, length)
    xorRc4(words.subarray(word, word + WORD), bench.numbers, count)
    const last = wholeNumbers(length) - HALVES
    swap.sum(bench.numbers, last)
    const half = word / HALF_BYTES
    swap.undo(halves[half + 1] ?? 0, halves[half] ?? 0, bench.numbers, last)
    takeUnit(bench, bytes, at, length)
  }
  eachUnit(some, opened)
}
