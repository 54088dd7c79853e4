import { createCipheriv, type KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'

import type { UnitPlanner } from '../../asf/write/plan-units'
import type { RowProtection } from '../../batch/row-protection'
import { schemeNumber } from '../../batch/schemes'
import { commonEncryption } from '../../cipher/common-encryption/common-encryption'
import type { Pattern } from '../../cipher/common-encryption/pattern'
import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { createCounterBatch, type CounterBatch } from '../../cipher/counter-batch'
import { AES_BLOCK } from '../../cipher/counter-mode'
import type { ProtectedRuns } from '../../codec/nal/subsample-map'
import type { TrackDescription } from '../../media/media-description'
import { classicCipher } from './classic-cipher'
import { counterSource } from './counter-range'
import type { TargetProtection } from './target-protection'

/** A sample that is about to be protected whole. */
export interface WholeSample {
  readonly size: number
  readonly kind: TrackDescription['kind']
}

/** Puts the protection of a target on samples. */
export interface SampleSealer {
  /** What the samples are under afterwards. */
  readonly protection: RowProtection
  /** What it protects of a NAL unit. */
  readonly runs: ProtectedRuns
  /** Writes the vector of the next sample, 16 bytes, at `at`. @errors `GrantRefused` when the counters are used up. */
  readonly nextIv: (into: Uint8Array, at: number) => void
  /** The ranges that a sample has which is protected whole; none where the scheme needs no telling. */
  readonly rangesOf: (sample: WholeSample) => SampleRanges | undefined
  /** Protects a sample where it lies. */
  readonly seal: (sample: Uint8Array, iv: Uint8Array, ranges: SampleRanges | undefined) => void
  /** Keystreams of samples that are protected whole, where the scheme is nothing else. */
  readonly keystreams: CounterBatch | undefined
  /** Forgets what was made of the key. */
  readonly wipe: () => void
}

/** What a sealer is made of. */
export interface SealerOptions {
  readonly keyId: KeyId
  readonly key: KeyObject
  readonly target: TargetProtection
  /** Plans the units of all tracks of a file. Needed for `cocktail`. */
  readonly units: UnitPlanner | undefined
}

/** Opens a target. */
export const createSampleSealer = (options: SealerOptions): SampleSealer => {
  const { target } = options
  switch (target.scheme) {
    case 'mce':
    case 'cenc':
      return counterSealer(options, target)
    case 'cens':
    case 'cbc1':
    case 'cbcs':
      return blockSealer(options, target)
    case 'cocktail':
      return cocktailSealer(options)
  }
}

const NO_RANGES = (): undefined => undefined
const NOTHING = (): void => undefined

type Targeted<S extends TargetProtection['scheme']> = Extract<TargetProtection, { readonly scheme: S }>

const counterSealer = ({ key, keyId }: SealerOptions, { scheme, counters }: Targeted<'mce' | 'cenc'>): SampleSealer => {
  const cipher = commonEncryption('cenc', key)
  return {
    protection: { scheme: schemeNumber(scheme), keyId },
    runs: 'whole-blocks',
    nextIv: counterSource(keyId, counters).next,
    rangesOf: NO_RANGES,
    seal: (sample, iv, ranges) => {
      cipher.encrypt(sample, { iv, ...(ranges && { ranges }) })
    },
    keystreams: createCounterBatch(key),
    wipe: NOTHING,
  }
}

const blockSealer = (options: SealerOptions, target: Targeted<'cens' | 'cbc1' | 'cbcs'>): SampleSealer => {
  const cipher = commonEncryption(target.scheme, options.key)
  const pattern: Pattern | undefined = target.scheme === 'cbc1' ? undefined : target.pattern
  return {
    protection: { scheme: schemeNumber(target.scheme), keyId: options.keyId, ...(pattern && { pattern }) },
    runs: target.scheme === 'cbcs' ? 'to-the-end' : 'whole-blocks',
    nextIv: vectorSource(options, target),
    rangesOf: NO_RANGES,
    seal: (sample, iv, ranges) => {
      cipher.encrypt(sample, { iv, ...(ranges && { ranges }), ...(pattern && { pattern }) })
    },
    keystreams: undefined,
    wipe: NOTHING,
  }
}

/**
 * Vectors of CBC must not be foreseen: for each sample the block that its id makes under the key is taken.
 *
 * @source NIST SP 800-38A, appendix C
 */
const vectorSource = ({ key, keyId }: SealerOptions, target: Targeted<'cens' | 'cbc1' | 'cbcs'>): SampleSealer['nextIv'] => {
  if (target.scheme === 'cbcs') {
    const { constantIv } = target
    if (constantIv.length !== AES_BLOCK) throw new RangeError('a constant vector of 16 bytes')
    return (into, at) => {
      into.set(constantIv, at)
    }
  }
  const { next } = counterSource(keyId, target.counters)
  if (target.scheme === 'cens') return next
  const blocks = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  return (into, at) => {
    next(into, at)
    into.set(blocks.update(into.subarray(at, at + AES_BLOCK)), at)
  }
}

const cocktailSealer = ({ key, keyId, units }: SealerOptions): SampleSealer => {
  if (units === undefined) throw new RangeError('units are planned for the packets of a file')
  const cipher = classicCipher(key)
  return {
    protection: { scheme: schemeNumber('cocktail'), keyId },
    runs: 'to-the-end',
    nextIv: (into, at) => {
      into.fill(0, at, at + AES_BLOCK)
    },
    rangesOf: ({ size, kind }) => units.next(size, kind === 'audio'),
    seal: (sample, _iv, ranges) => {
      if (ranges === undefined) throw new RangeError('a sample without its units')
      cipher.seal(sample, ranges)
    },
    keystreams: undefined,
    wipe: cipher.wipe,
  }
}
