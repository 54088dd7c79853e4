import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { openPlainBits, overran, readPlainBits, type PlainBits } from '../bits/plain-bits'
import { readMixing } from './eac3-mixing'
import { malformedAc3 } from './malformed-ac3'
import { CHANNELS, DUAL_MONO, LAST_AC3, LAST_EAC3, SAMPLE_RATES, SYNC_WORD } from './sync-info'

/** What the first bytes of an Enhanced AC-3 frame say, under the names of the specification. */
export interface Eac3Frame {
  /** 0 independent, 1 dependent, 2 independent and made of AC-3. */
  readonly strmtyp: number
  readonly substreamid: number
  /** Bytes of the frame. */
  readonly size: number
  readonly fscod: number
  readonly bsid: number
  readonly bsmod: number
  readonly acmod: number
  readonly lfeon: number
  /** Which places a dependent frame adds, where it says so. */
  readonly chanmap: number | undefined
  readonly sampleRate: number
  /** Samples of each channel. */
  readonly samples: number
  readonly channels: number
}

/** The type of a frame that depends on the one before. */
export const DEPENDENT = 1
const HALF_RATES = 3
const BLOCK_SAMPLES = 256
/** Blocks by `numblkscod`. @source ETSI TS 102 366, Table E.1.4 */
const BLOCKS = [1, 2, 3, 6] as const

interface Rate {
  readonly fscod: number
  readonly numblkscod: number
  readonly sampleRate: number | undefined
}

const readRate = (bits: PlainBits): Rate => {
  const fscod = readPlainBits(bits, 2)
  const second = readPlainBits(bits, 2)
  if (fscod !== HALF_RATES) return { fscod, numblkscod: second, sampleRate: SAMPLE_RATES[fscod] }
  const whole = SAMPLE_RATES[second]
  return { fscod, numblkscod: 3, sampleRate: whole === undefined ? undefined : whole / 2 }
}

/** Loudness and compression, of one program. */
const skipProgram = (bits: PlainBits): void => {
  readPlainBits(bits, 5)
  if (readPlainBits(bits, 1) === 1) readPlainBits(bits, 8)
}

/**
 * Reads a frame.
 *
 * @param from where it begins in `bytes`.
 * @errors `MalformedMedia`, offset in `bytes`.
 * @source ETSI TS 102 366, E.1.2.1 and E.1.2.2
 */
export const parseEac3Frame = (bytes: Uint8Array, from: number): E.Either<MalformedMedia, Eac3Frame> => {
  const bits = openPlainBits(bytes.subarray(from))
  const sync = readPlainBits(bits, 16)
  const strmtyp = readPlainBits(bits, 2)
  const substreamid = readPlainBits(bits, 3)
  const size = 2 * (readPlainBits(bits, 11) + 1)
  const { fscod, numblkscod, sampleRate } = readRate(bits)
  const acmod = readPlainBits(bits, 3)
  const lfeon = readPlainBits(bits, 1)
  const bsid = readPlainBits(bits, 5)
  skipProgram(bits)
  if (acmod === DUAL_MONO) skipProgram(bits)
  const chanmap = strmtyp === DEPENDENT && readPlainBits(bits, 1) === 1 ? readPlainBits(bits, 16) : undefined
  if (readPlainBits(bits, 1) === 1) readMixing(bits, { strmtyp, acmod, lfeon, numblkscod })
  const bsmod = readPlainBits(bits, 1) === 1 ? readPlainBits(bits, 3) : 0
  if (sync !== SYNC_WORD) return malformedAc3(from, 'the sync word 0b77', sync.toString(16).padStart(4, '0'))
  if (overran(bits)) return malformedAc3(bytes.length, 'the header of an Enhanced AC-3 frame', 'the end')
  if (bsid <= LAST_AC3 || bsid > LAST_EAC3) return malformedAc3(from + 5, 'a bsid of Enhanced AC-3', String(bsid))
  if (sampleRate === undefined) return malformedAc3(from + 4, 'a sample rate', 'a reserved code')
  const samples = BLOCK_SAMPLES * (BLOCKS[numblkscod] ?? 0)
  const channels = (CHANNELS[acmod] ?? 0) + lfeon
  return E.right({ strmtyp, substreamid, size, fscod, bsid, bsmod, acmod, lfeon, chanmap, sampleRate, samples, channels })
}
