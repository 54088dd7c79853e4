import { createHash } from 'node:crypto'

import { addSpan, clearSpans, noSpans, type Spans } from '../spans'
import { CIPHER_KEY, partsOf, wipeParts } from './cipher-parts'
import { openUnits, sealUnits } from './work-on-units'
import { createWorkbench, MOST_UNITS, wipeBench } from './workbench'

/** The classic content cipher of Windows Media, under one key. Both directions work where the bytes lie; lengths stay. */
export interface Cocktail {
  /** @param bytes holds the unit from `at` up to `end`. */
  readonly encrypt: (bytes: Uint8Array, at?: number, end?: number) => void
  readonly decrypt: (bytes: Uint8Array, at?: number, end?: number) => void
  /** The same for many units at once, each a unit of its own: much faster, for small ones above all. */
  readonly encryptUnits: (bytes: Uint8Array, units: Spans) => void
  readonly decryptUnits: (bytes: Uint8Array, units: Spans) => void
  /** Forgets the key; nothing works afterwards. */
  readonly wipe: () => void
}

/**
 * The cipher under the 20 bytes that a content key is made into.
 *
 * **Its unit is the data of one payload**, a fragment of a media object, or one sub-payload of a compressed payload: what
 * is encrypted as one unit opens as one unit only. It has no sign of a wrong key; the header's checksum is there for that.
 * The same unit under the same key gives the same bytes.
 *
 * @param key its 20 bytes stay the caller's. Throws `RangeError` for another length.
 * @source docs/reference/content-ciphers.md §1
 */
export const cocktailUnder = (key: Uint8Array): Cocktail => {
  if (key.length !== CIPHER_KEY) throw new RangeError(`a cipher key has ${String(CIPHER_KEY)} bytes`)
  const parts = partsOf(key)
  const bench = createWorkbench()
  const alone = noSpans()
  const each =
    (work: typeof sealUnits): Cocktail['encryptUnits'] =>
    (bytes, units) => {
      const count = units.at.length
      for (let first = 0; first < count; first += MOST_UNITS) {
        work(parts, bench, { bytes, units, first, end: Math.min(count, first + MOST_UNITS) })
      }
      wipeBench(bench)
    }
  const one =
    (work: Cocktail['encryptUnits']): Cocktail['encrypt'] =>
    (bytes, at = 0, end = bytes.length) => {
      clearSpans(alone)
      addSpan(alone, at, end - at)
      work(bytes, alone)
    }
  const [encryptUnits, decryptUnits] = [each(sealUnits), each(openUnits)]
  return {
    encrypt: one(encryptUnits),
    decrypt: one(decryptUnits),
    encryptUnits,
    decryptUnits,
    wipe: () => {
      wipeParts(parts)
    },
  }
}

/**
 * The cipher under a content key of 7 bytes, or of any other length that a header states: SHA-1 makes it into the
 * cipher's own.
 *
 * @param contentKey stays the caller's.
 */
export const openCocktail = (contentKey: Uint8Array): Cocktail => {
  const key = createHash('sha1').update(contentKey).digest()
  try {
    return cocktailUnder(key)
  } finally {
    key.fill(0)
  }
}
