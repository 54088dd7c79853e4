import type { MadeScheme } from './made-scheme'
import type { ExpectedRange, MadePattern } from '../oracle/expected-ranges'
import { plainCover } from '../oracle/plain-cipher'

/** What a made file is protected with. */
export interface SourceCover {
  readonly scheme: MadeScheme
  /** 32 lower-case hex digits. */
  readonly keyId: string
  readonly key: Uint8Array
}

/** The pattern that packagers use for pictures, under the schemes that have patterns. */
export const usualPattern = (scheme: MadeScheme, isPicture: boolean): MadePattern | undefined =>
  isPicture && (scheme === 'cbcs' || scheme === 'cens') ? { crypt: 1, skip: 9 } : undefined

/** High half of the vectors of made files: apart from the counters that a home reserves, which begin at 1. */
const MADE_IDS = 0xf0_00_00_00_00_00_00_00n
const BLOCK = 16

/** The vector of the nth sample of a file. */
export const sourceVector = (sample: number): Uint8Array => {
  const iv = new Uint8Array(BLOCK)
  new DataView(iv.buffer).setBigUint64(0, MADE_IDS + BigInt(sample))
  return iv
}

/** The one vector of a file under `cbcs`. */
export const CONSTANT_VECTOR: Uint8Array = Uint8Array.from({ length: BLOCK }, (_, index) => 0xc0 ^ (index * 7))

/** What each sample of a file has of its own. */
export interface SampleCover {
  /** 16 bytes. */
  readonly iv: Uint8Array
  readonly ranges?: ReadonlyArray<ExpectedRange> | undefined
  readonly pattern?: MadePattern | undefined
}

/** A sample under the cover of its file. */
export const coveredSample = (
  bytes: Uint8Array,
  { scheme, key }: SourceCover,
  { iv, ranges, pattern }: SampleCover
): Uint8Array => plainCover('seal', bytes, { scheme, key, iv, ranges, pattern })
