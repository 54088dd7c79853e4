import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

import type { MadeScheme } from '../media/made-scheme'
import { cocktailUnder } from '../../cipher/cocktail/cocktail'
import { enciphered, type ExpectedRange, type MadePattern } from './expected-ranges'

/** What lies on a sample. */
export interface PlainCover {
  readonly scheme: MadeScheme
  readonly key: Uint8Array
  /** 16 bytes. */
  readonly iv: Uint8Array
  /** Clear and protected runs; under the classic cipher its units, as protected runs. None: all of the sample. */
  readonly ranges?: ReadonlyArray<ExpectedRange> | undefined
  readonly pattern?: MadePattern | undefined
}

const BLOCK = 16
const HALF = 8

/**
 * Seals or opens a copy of a sample, block by block, the plainest way that the standard can be written down: nothing of the
 * pipeline's own ciphers is in it but the classic one, which no other library has.
 *
 * @source ISO/IEC 23001-7:2023, 9 and 10; docs/reference/content-ciphers.md
 */
export const plainCover = (way: 'seal' | 'open', sample: Uint8Array, cover: PlainCover): Uint8Array => {
  const bytes = sample.slice()
  const { scheme } = cover
  if (scheme === 'none') return bytes
  if (scheme === 'cocktail') coverUnits(way, bytes, cover)
  else if (scheme === 'cbc1' || scheme === 'cbcs') chainBlocks(way, bytes, cover)
  else addKeystream(bytes, cover)
  return bytes
}

const coverUnits = (way: 'seal' | 'open', bytes: Uint8Array, { key, ranges = [] }: PlainCover): void => {
  const cipher = cocktailUnder(createHash('sha1').update(key).digest())
  let at = 0
  for (const [, unit] of ranges) {
    if (way === 'seal') cipher.encrypt(bytes, at, at + unit)
    else cipher.decrypt(bytes, at, at + unit)
    at += unit
  }
}

const addKeystream = (bytes: Uint8Array, { scheme, key, iv, ranges, pattern }: PlainCover): void => {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  const low = new DataView(iv.buffer, iv.byteOffset).getBigUint64(HALF)
  const counter = iv.slice(0, BLOCK)
  let stream: Uint8Array = new Uint8Array(BLOCK)
  let used = 0
  for (const { from, to } of enciphered(bytes.length, { scheme, ranges, pattern })) {
    for (let at = from; at < to; at += 1) {
      if (used % BLOCK === 0) {
        // The low half counts alone: it wraps without a carry.
        new DataView(counter.buffer).setBigUint64(HALF, BigInt.asUintN(64, low + BigInt(used / BLOCK)))
        stream = cipher.update(counter)
      }
      bytes[at] = (bytes[at] ?? 0) ^ (stream[used % BLOCK] ?? 0)
      used += 1
    }
  }
}

/** Under `cbcs` each protected run begins with the vector anew; under `cbc1` the blocks of all runs are one chain. */
const chainBlocks = (way: 'seal' | 'open', bytes: Uint8Array, { scheme, key, iv, ranges, pattern }: PlainCover): void => {
  const runs = scheme === 'cbcs' ? (ranges ?? [[0, bytes.length] as const]).map((_, index, all) => oneOf(all, index)) : [ranges]
  for (const run of runs) {
    const make = way === 'seal' ? createCipheriv : createDecipheriv
    const cipher = make('aes-128-cbc', key, iv).setAutoPadding(false)
    for (const { from, to } of enciphered(bytes.length, { scheme, ranges: run, pattern })) {
      bytes.set(cipher.update(bytes.slice(from, to)), from)
    }
  }
}

/** One run, at its place behind those before. */
const oneOf = (ranges: ReadonlyArray<ExpectedRange>, index: number): ReadonlyArray<ExpectedRange> => {
  const before = ranges.slice(0, index).reduce((sum, [clear, covered]) => sum + clear + covered, 0)
  const [clear, covered] = ranges[index] ?? [0, 0]
  return [[before + clear, covered]]
}
