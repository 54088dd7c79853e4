import type { KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { OpenedGrant } from '@custody/core/pipeline-connection'

import { orderSpread } from '../../asf/stream/audio-spread'
import type { RowProtection } from '../../batch/row-protection'
import { SCHEME_CENC, SCHEME_COCKTAIL, SCHEME_MCE, SCHEME_NONE, schemeName } from '../../batch/schemes'
import { commonEncryption, type CommonCipher, type CommonScheme } from '../../cipher/common-encryption/common-encryption'
import { sizeOfRanges, type SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { startCounterStream, type CounterStream } from '../../cipher/counter-mode'
import { PipelineError } from '../../fault/pipeline-error'
import { classicCipher, type ClassicCipher } from './classic-cipher'
import { aesContentKey, contentKey } from './content-key'

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
   * @errors `GrantRefused` for a key that the grant does not cover; `UnsupportedMedia` for one of another length than the
   * scheme's; `ProtectionFailed` for ranges that are not those of the sample.
   */
  readonly open: (sample: CoveredSample) => Uint8Array
  /** The keystream that lies on all of the sample, `none` for a clear one; nothing where it is protected in another way. */
  readonly keystream: (sample: CoveredSample) => CounterStream | 'none' | undefined
  /** Forgets what was made of the keys. */
  readonly wipe: () => void
}

/** What one key has been made into for one scheme. */
type Opening = (sample: CoveredSample, clear: Uint8Array) => void

/** Opens the source of a run. */
export const createSampleOpener = (opened: OpenedGrant): SampleOpener => {
  const openings = new Map<string, Opening>()
  const classic: ClassicCipher[] = []
  const keyOf = ({ keyId = opened.source }: RowProtection): KeyObject => aesContentKey(opened, keyId)
  const openingOf = (protection: RowProtection): Opening => {
    const { scheme, keyId = opened.source } = protection
    const name = `${schemeName(scheme)} ${keyId}`
    const known = openings.get(name)
    if (known !== undefined) return known
    const fresh = scheme === SCHEME_COCKTAIL ? unitOpening(opened, keyId, classic) : rangeOpening(scheme, keyOf(protection))
    openings.set(name, fresh)
    return fresh
  }
  const open = (sample: CoveredSample): Uint8Array => {
    const clear = Uint8Array.from(sample.bytes)
    if (sample.protection.scheme !== SCHEME_NONE) openingOf(sample.protection)(sample, clear)
    return inOrder(sample, clear)
  }
  return {
    open,
    keystream: ({ protection, iv, ranges }) => {
      const { scheme, spread } = protection
      if (spread !== undefined || ranges !== undefined) return undefined
      if (scheme === SCHEME_NONE) return 'none'
      return scheme === SCHEME_MCE || scheme === SCHEME_CENC ? startCounterStream(keyOf(protection), iv) : undefined
    },
    wipe: () => {
      for (const cipher of classic) cipher.wipe()
      openings.clear()
    },
  }
}

const COMMON: ReadonlySet<string> = new Set<CommonScheme>(['cenc', 'cens', 'cbc1', 'cbcs'])

const commonCipher = (scheme: number, key: KeyObject): CommonCipher => {
  const name = scheme === SCHEME_MCE ? 'cenc' : schemeName(scheme)
  if (COMMON.has(name)) return commonEncryption(name as CommonScheme, key)
  throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what: `protection of the source: ${name}` })
}

const rangeOpening = (scheme: number, key: KeyObject): Opening => {
  const cipher = commonCipher(scheme, key)
  return ({ iv, ranges, protection: { pattern } }, clear) => {
    if (ranges !== undefined && sizeOfRanges(ranges) !== clear.length) throw wiped(clear)
    cipher.decrypt(clear, { iv, ...(ranges && { ranges }), ...(pattern && { pattern }) })
  }
}

const unitOpening = (opened: OpenedGrant, keyId: KeyId, classic: ClassicCipher[]): Opening => {
  const cipher = classicCipher(contentKey(opened, keyId))
  classic.push(cipher)
  return ({ ranges }, clear) => {
    if (ranges === undefined || sizeOfRanges(ranges) !== clear.length) throw wiped(clear)
    cipher.open(clear, ranges)
  }
}

const wiped = (bytes: Uint8Array): PipelineError => {
  bytes.fill(0)
  return new PipelineError({ type: 'ProtectionFailed' })
}

/** Sound that was spread under its protection is put in playing order. */
const inOrder = ({ protection: { spread } }: CoveredSample, clear: Uint8Array): Uint8Array => {
  if (spread === undefined) return clear
  const ordered = new Uint8Array(clear.length)
  if (!orderSpread(spread, clear, ordered)) return clear
  clear.fill(0)
  return ordered
}
