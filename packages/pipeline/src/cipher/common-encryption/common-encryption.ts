import type { KeyObject } from 'node:crypto'

import { chainedBlocks, type Direction } from '../chained-blocks'
import { AES_BLOCK, startCounterStream } from '../counter-mode'
import { addSpan, clearSpans, noSpans, throughSpans } from '../spans'
import { addPattern, NO_PATTERN, type LastGroup, type Pattern } from './pattern'
import { sizeOfRanges, wholeSample, type SampleRanges } from './sample-ranges'

/** The protection schemes of Common Encryption. */
export type CommonScheme = 'cenc' | 'cens' | 'cbc1' | 'cbcs'

/** How one sample is protected. */
export interface SampleProtection {
  /** 8 or 16 bytes; 8 are the first half of a block whose other half is zero. */
  readonly iv: Uint8Array
  /** Absent where the whole sample is protected. */
  readonly ranges?: SampleRanges
  /** Of `cens` and `cbcs`; all blocks where it is left out. */
  readonly pattern?: Pattern
}

/** How a file is read whose writer differed from the standard. */
export interface CommonReading {
  /** `protected` is the standard's. */
  readonly lastGroup: LastGroup
}

/** What a scheme does to samples, where they lie; sizes stay. */
export interface CommonCipher {
  readonly encrypt: (sample: Uint8Array, protection: SampleProtection) => void
  readonly decrypt: (sample: Uint8Array, protection: SampleProtection) => void
}

type Transform = (input: Uint8Array) => Uint8Array

const STANDARD: CommonReading = { lastGroup: 'protected' }

const blockOf = (iv: Uint8Array): Uint8Array => {
  if (iv.length !== AES_BLOCK && iv.length !== AES_BLOCK / 2) throw new RangeError('an initialization vector has 8 or 16 bytes')
  const block = new Uint8Array(AES_BLOCK)
  block.set(iv)
  return block
}

/** What a scheme differs by. */
interface SchemeRules {
  readonly mode: 'counter' | 'chain'
  /** Whether a pattern applies, and only whole blocks are protected. */
  readonly inBlocks: boolean
  readonly patterned: boolean
  /** Whether the vector applies anew to each protected range. */
  readonly restarts: boolean
}

/** @source ISO/IEC 23001-7:2023, 9.4 to 9.7, 10.1 to 10.4 */
const RULES: Readonly<Record<CommonScheme, SchemeRules>> = {
  cenc: { mode: 'counter', inBlocks: false, patterned: false, restarts: false },
  cens: { mode: 'counter', inBlocks: true, patterned: true, restarts: false },
  cbc1: { mode: 'chain', inBlocks: true, patterned: false, restarts: false },
  cbcs: { mode: 'chain', inBlocks: true, patterned: true, restarts: true },
}

const transformOf = (key: KeyObject, { mode }: SchemeRules, iv: Uint8Array, direction: Direction): Transform =>
  mode === 'counter' ? startCounterStream(key, iv).apply : chainedBlocks(key, iv, direction)

/**
 * A scheme of Common Encryption under one key.
 *
 * Cases in which readers differ, and what is done here: the bytes after the last whole block of a range are clear in `cens`,
 * `cbc1` and `cbcs`, also in ranges that `cbc1` does not allow; a vector of 8 bytes is filled up with zeros in every scheme;
 * a pattern of 0:0 and one without skipped blocks protect every block; a last group with too few blocks is protected, and
 * clear only where `reading` says so.
 *
 * @returns members throw `RangeError` for ranges that are not those of the sample, and for vectors of another length.
 * @source ISO/IEC 23001-7:2023; docs/reference/content-ciphers.md §4
 */
export const commonEncryption = (scheme: CommonScheme, key: KeyObject, reading: CommonReading = STANDARD): CommonCipher => {
  const rules = RULES[scheme]
  const spans = noSpans()
  const work = (
    sample: Uint8Array,
    { iv, ranges = wholeSample(sample.length), pattern }: SampleProtection,
    direction: Direction
  ): void => {
    const size = sizeOfRanges(ranges)
    if (size !== sample.length) throw new RangeError(`ranges of ${String(size)} bytes for a sample of ${String(sample.length)}`)
    const block = blockOf(iv)
    const used = rules.patterned ? (pattern ?? NO_PATTERN) : NO_PATTERN
    clearSpans(spans)
    let at = 0
    for (let run = ranges.first; run < ranges.first + ranges.count; run += 1) {
      at += ranges.clear[run] ?? 0
      const length = ranges.protected[run] ?? 0
      if (rules.inBlocks) addPattern(spans, { at, length }, used, reading.lastGroup)
      else addSpan(spans, at, length)
      at += length
      if (!rules.restarts) continue
      throughSpans(sample, spans, transformOf(key, rules, block, direction))
      clearSpans(spans)
    }
    if (spans.total > 0) throughSpans(sample, spans, transformOf(key, rules, block, direction))
  }
  return {
    encrypt: (sample, protection) => {
      work(sample, protection, 'encrypt')
    },
    decrypt: (sample, protection) => {
      work(sample, protection, 'decrypt')
    },
  }
}
