import { AES_BLOCK } from '../counter-mode'
import { addSpan, type Spans } from '../spans'

/** Blocks of a range that are protected and left alone in turn; no blocks to protect, 0 and 0, stands for all of them. */
export interface Pattern {
  readonly crypt: number
  readonly skip: number
}

/** All blocks. */
export const NO_PATTERN: Pattern = { crypt: 0, skip: 0 }

/** What becomes of a last group of a pattern that has fewer blocks than are to be protected. */
export type LastGroup = 'protected' | 'clear'

/**
 * Adds the whole blocks of a range that a pattern protects. The pattern starts with the range, and what is left of it after the
 * last whole block is clear.
 *
 * @param lastGroup ISO/IEC 23001-7 protects the blocks that remain. FFmpeg 5.1 leaves a group clear that lacks any.
 * @source ISO/IEC 23001-7:2023, 9.6; docs/reference/content-ciphers.md §4
 */
export const addPattern = (
  spans: Spans,
  range: { readonly at: number; readonly length: number },
  { crypt, skip }: Pattern,
  lastGroup: LastGroup
): void => {
  const blocks = Math.floor(range.length / AES_BLOCK)
  if (crypt === 0 || (skip === 0 && lastGroup === 'protected')) {
    addSpan(spans, range.at, blocks * AES_BLOCK)
    return
  }
  for (let block = 0; block < blocks; block += crypt + skip) {
    const some = Math.min(crypt, blocks - block)
    if (some === crypt || lastGroup === 'protected') addSpan(spans, range.at + block * AES_BLOCK, some * AES_BLOCK)
  }
}
