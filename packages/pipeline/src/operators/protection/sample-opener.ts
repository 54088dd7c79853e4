import type { KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { OpenedGrant } from '@custody/core/pipeline-connection'

import { orderSpread } from '../../asf/stream/audio-spread'
import type { RowProtection } from '../../batch/row-protection'
import { SCHEME_CENC, SCHEME_COCKTAIL, SCHEME_MCE, SCHEME_NONE, schemeName } from '../../batch/schemes'
import { commonEncryption, type CommonCipher, type CommonScheme } from '../../cipher/common-encryption/common-encryption'
import { rangeSpans } from '../../cipher/common-encryption/range-spans'
import { sizeOfRanges, type SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { createCounterBatch } from '../../cipher/counter-batch'
import { startCounterStream } from '../../cipher/counter-mode'
import { createKeystreamPlaces } from '../../cipher/keystream-places'
import type { Spans } from '../../cipher/spans'
import { PipelineError } from '../../fault/pipeline-error'
import { classicCipher, type ClassicCipher } from './classic-cipher'
import type { Keystream } from './commuter'
import { aesContentKey, contentKey, requireSource } from './content-key'

/** A sample as its source gives it. */
export interface CoveredSample {
  readonly bytes: Uint8Array
  /** 16 bytes. */
  readonly iv: Uint8Array
  readonly ranges: SampleRanges | undefined
  readonly protection: RowProtection
}

/** Takes the protection of a source off. */
export interface SampleOpener {
  /**
   * A fresh buffer with the clear sample, which the caller wipes.
   *
   * @errors `GrantRefused` for a key that is none of the source's by the grant; `UnsupportedMedia` for one of another length than the
   * scheme's; `ProtectionFailed` for ranges that are not those of the sample.
   */
  readonly open: (sample: CoveredSample) => Uint8Array
  /** The keystream that lies on the sample, `none` for a clear one; nothing where it is protected in another way. */
  readonly keystream: (sample: CoveredSample) => Keystream | 'none' | undefined
  /** Forgets what was made of the keys. */
  readonly wipe: () => void
}

/** What one key has been made into for one scheme. Answers a fresh buffer. */
type Opening = (sample: CoveredSample) => Uint8Array

/** Opens the source of a run. */
export const createSampleOpener = (opened: OpenedGrant): SampleOpener => {
  const openings = new Map<string, Opening>()
  const batches = new Map<KeyId, Pick<Keystream, 'batch' | 'places'>>()
  const classic: ClassicCipher[] = []
  const keyOf = ({ keyId = opened.source }: RowProtection): KeyObject => aesContentKey(opened, requireSource(opened, keyId))
  const openingOf = (protection: RowProtection): Opening => {
    const { scheme, keyId = opened.source, lastGroup = 'protected' } = protection
    const name = `${schemeName(scheme)} ${keyId} ${lastGroup}`
    const known = openings.get(name)
    if (known !== undefined) return known
    const fresh = scheme === SCHEME_COCKTAIL ? unitOpening(opened, keyId, classic) : rangeOpening(protection, keyOf(protection))
    openings.set(name, fresh)
    return fresh
  }
  const open = (sample: CoveredSample): Uint8Array => {
    const isClear = sample.protection.scheme === SCHEME_NONE
    return inOrder(sample, isClear ? new Uint8Array(sample.bytes) : openingOf(sample.protection)(sample))
  }
  return {
    open,
    keystream: (sample) => {
      const { scheme, spread, keyId = opened.source } = sample.protection
      if (spread !== undefined) return undefined
      if (scheme === SCHEME_NONE) return 'none'
      if (scheme !== SCHEME_MCE && scheme !== SCHEME_CENC) return undefined
      const known = batches.get(keyId) ?? keystreamsOf(keyOf(sample.protection))
      batches.set(keyId, known)
      const { batch, places } = known
      return { batch, places, iv: sample.iv, spans: spansOf(sample) }
    },
    wipe: () => {
      for (const cipher of classic) cipher.wipe()
      for (const { places } of batches.values()) places.wipe()
      openings.clear()
      batches.clear()
    },
  }
}

const keystreamsOf = (key: KeyObject): Pick<Keystream, 'batch' | 'places'> => ({
  batch: createCounterBatch(key),
  places: createKeystreamPlaces(key),
})

/** @errors `ProtectionFailed` for ranges that are not those of the sample. */
const spansOf = ({ bytes, ranges }: CoveredSample): Spans | undefined => {
  if (ranges === undefined) return undefined
  requireWhole(bytes, ranges)
  return rangeSpans(ranges)
}

const COMMON: ReadonlySet<string> = new Set<CommonScheme>(['cenc', 'cens', 'cbc1', 'cbcs'])

const commonCipher = ({ scheme, lastGroup = 'protected' }: RowProtection, key: KeyObject): CommonCipher => {
  const name = scheme === SCHEME_MCE ? 'cenc' : schemeName(scheme)
  if (COMMON.has(name)) return commonEncryption(name as CommonScheme, key, { lastGroup })
  throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `protection of the source: ${name}` })
}

const rangeOpening = (protection: RowProtection, key: KeyObject): Opening => {
  const { scheme } = protection
  const cipher = commonCipher(protection, key)
  const isKeystream = scheme === SCHEME_MCE || scheme === SCHEME_CENC
  return ({ bytes, iv, ranges, protection: { pattern } }) => {
    // What the cipher gives is a fresh buffer already.
    if (isKeystream && ranges === undefined) return startCounterStream(key, iv).apply(bytes)
    requireWhole(bytes, ranges)
    const clear = new Uint8Array(bytes)
    cipher.decrypt(clear, { iv, ...(ranges && { ranges }), ...(pattern && { pattern }) })
    return clear
  }
}

const unitOpening = (opened: OpenedGrant, keyId: KeyId, classic: ClassicCipher[]): Opening => {
  const cipher = classicCipher(contentKey(opened, keyId))
  classic.push(cipher)
  return ({ bytes, ranges = NO_UNITS }) => {
    requireWhole(bytes, ranges)
    const clear = new Uint8Array(bytes)
    cipher.open(clear, ranges)
    return clear
  }
}

const NO_UNITS: SampleRanges = { clear: [], protected: [], first: 0, count: 0 }

const requireWhole = ({ length }: Uint8Array, ranges: SampleRanges | undefined): void => {
  if (ranges !== undefined && sizeOfRanges(ranges) !== length) throw new PipelineError({ type: 'ProtectionFailed' })
}

/** Sound that was spread under its protection is put in playing order. */
const inOrder = ({ protection: { spread } }: CoveredSample, clear: Uint8Array): Uint8Array => {
  if (spread === undefined) return clear
  const ordered = new Uint8Array(clear.length)
  if (!orderSpread(spread, clear, ordered)) return clear
  clear.fill(0)
  return ordered
}
