import type { KeyObject } from 'node:crypto'

import { openCocktail, type Cocktail } from '../../cipher/cocktail/cocktail'
import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { addSpan, clearSpans, noSpans } from '../../cipher/spans'
import { PipelineError } from '../../fault/pipeline-error'

/** The classic cipher over the units of a sample. */
export interface ClassicCipher {
  /** Both work where the sample lies. @param units make up the sample; each is protected whole. */
  readonly seal: (sample: Uint8Array, units: SampleRanges) => void
  readonly open: (sample: Uint8Array, units: SampleRanges) => void
  /** Forgets the key; both are refused from then on. */
  readonly wipe: () => void
}

/** The cipher under a content key. Node has no such cipher, so the bytes of the key are taken out for as long as it takes. */
export const classicCipher = (key: KeyObject): ClassicCipher => {
  const bytes = key.export()
  const { encryptUnits, decryptUnits, wipe } = openCocktail(bytes)
  bytes.fill(0)
  let isWiped = false
  // Under a key of zeros a unit of a few bytes would stay what it is: clear.
  const alive =
    (work: ClassicCipher['seal']): ClassicCipher['seal'] =>
    (sample, units) => {
      if (isWiped) throw new PipelineError({ type: 'ProtectionFailed' })
      work(sample, units)
    }
  return {
    seal: alive(allUnits(encryptUnits)),
    open: alive(allUnits(decryptUnits)),
    wipe: () => {
      isWiped = true
      wipe()
    },
  }
}

const allUnits = (work: Cocktail['encryptUnits']): ClassicCipher['seal'] => {
  const spans = noSpans()
  return (sample, { first, count, protected: lengths }) => {
    clearSpans(spans)
    let at = 0
    for (let unit = first; unit < first + count; unit += 1) {
      const length = lengths[unit] ?? 0
      addSpan(spans, at, length)
      at += length
    }
    work(sample, spans)
  }
}
