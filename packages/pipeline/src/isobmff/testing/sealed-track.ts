import { createSecretKey } from 'node:crypto'

import { commonEncryption } from '../../cipher/common-encryption/common-encryption'
import type { FragmentCrypto } from '../write/fragment'
import type { TrackProtection } from '../write/mp4-track'
import type { EncodedSample } from './encoded-track'

/** The key of the tests. */
export const KEY = '00112233445566778899aabbccddeeff'
/** Its ID. */
export const KEY_ID = '0102030405060708090a0b0c0d0e0f10'

/** Samples under a key, and what their fragment says of them. */
export interface SealedSamples {
  readonly samples: ReadonlyArray<Uint8Array>
  readonly crypto: FragmentCrypto
}

const LENGTH_BYTES = 4
/** Covers every slice header of these small pictures. */
const CLEAR_BYTES = 32
const BLOCK = 16

/** Runs of clear and protected bytes in each NAL unit, of which slices keep their first bytes clear. */
const nalRuns = (sample: Uint8Array): ReadonlyArray<readonly [number, number]> => {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength)
  const runs: Array<readonly [number, number]> = []
  for (let at = 0; at < sample.length; ) {
    const whole = LENGTH_BYTES + view.getUint32(at)
    const isSlice = [1, 5].includes((sample[at + LENGTH_BYTES] ?? 0) & 0x1f)
    const covered = isSlice ? Math.max(0, whole - CLEAR_BYTES) : 0
    const blocks = covered - (covered % BLOCK)
    runs.push([whole - blocks, blocks])
    at += whole
  }
  return runs
}

/** Differs from sample to sample in a byte that no block counter reaches. */
const ivOf = (index: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (at === size / 2 - 1 ? index : 0xa0 + at))

/**
 * Seals samples in one of the four schemes.
 *
 * @param ranged Pictures: NAL units in runs; otherwise samples are sealed whole.
 */
export const sealSamples = (
  samples: ReadonlyArray<EncodedSample>,
  { scheme, ivSize, constantIv, pattern }: TrackProtection,
  ranged: boolean,
  key: string = KEY
): SealedSamples => {
  const cipher = commonEncryption(scheme, createSecretKey(Buffer.from(key, 'hex')))
  const ivs: Uint8Array[] = []
  const first = [0]
  const clear: number[] = []
  const covered: number[] = []
  const sealed = samples.map(({ bytes }, index) => {
    const sample = bytes.slice()
    const iv = constantIv ?? ivOf(index, ivSize)
    if (constantIv === undefined) ivs.push(iv)
    const runs = ranged ? nalRuns(sample) : [[0, sample.length] as const]
    const ranges = { clear: runs.map(([open]) => open), protected: runs.map(([, shut]) => shut), first: 0, count: runs.length }
    cipher.encrypt(sample, { iv, ranges, ...(pattern && { pattern }) })
    clear.push(...ranges.clear)
    covered.push(...ranges.protected)
    first.push(clear.length)
    return sample
  })
  const subsamples = { first, clear, protected: covered }
  return { samples: sealed, crypto: { ivSize, ivs: Buffer.concat(ivs), ...(ranged && { subsamples }) } }
}
