import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { openPlainBits, overran, readPlainBits } from '../bits/plain-bits'
import { putBits } from '../bits/put-bits'
import { malformedAc3 } from './malformed-ac3'
import { BIT_RATES, CHANNELS, hasCentre, hasSurround, LAST_AC3, SAMPLE_RATES, STEREO, SYNC_WORD } from './sync-info'

/** What the first bytes of an AC-3 frame say, under the names of the specification. */
export interface Ac3Frame {
  readonly fscod: number
  readonly bsid: number
  readonly bsmod: number
  readonly acmod: number
  readonly lfeon: number
  /** Place of the bit rate in its table. */
  readonly bitRateCode: number
  readonly sampleRate: number
  /** With the low-frequency one. */
  readonly channels: number
  /** Bits per second. */
  readonly bitrate: number
}

/** Samples of each channel in a frame. */
export const AC3_SAMPLES = 1536

/**
 * Reads the first frame of a sample.
 *
 * @errors `MalformedMedia`, offset in `bytes`.
 * @source ETSI TS 102 366, 4.3.1 and 4.3.2
 */
export const parseAc3Frame = (bytes: Uint8Array): E.Either<MalformedMedia, Ac3Frame> => {
  const bits = openPlainBits(bytes)
  const sync = readPlainBits(bits, 16)
  readPlainBits(bits, 16) // checksum
  const fscod = readPlainBits(bits, 2)
  const frmsizecod = readPlainBits(bits, 6)
  const bsid = readPlainBits(bits, 5)
  const bsmod = readPlainBits(bits, 3)
  const acmod = readPlainBits(bits, 3)
  if (hasCentre(acmod)) readPlainBits(bits, 2)
  if (hasSurround(acmod)) readPlainBits(bits, 2)
  if (acmod === STEREO) readPlainBits(bits, 2)
  const lfeon = readPlainBits(bits, 1)
  if (overran(bits)) return malformedAc3(bytes.length, 'the header of an AC-3 frame', 'the end')
  if (sync !== SYNC_WORD) return malformedAc3(0, 'the sync word 0b77', sync.toString(16).padStart(4, '0'))
  if (bsid > LAST_AC3) return malformedAc3(5, 'a bsid of AC-3', String(bsid))
  const sampleRate = SAMPLE_RATES[fscod]
  const kilobits = BIT_RATES[frmsizecod >> 1]
  if (sampleRate === undefined || kilobits === undefined) {
    return malformedAc3(4, 'a sample rate and a frame size', `${String(fscod)} and ${String(frmsizecod)}`)
  }
  const channels = (CHANNELS[acmod] ?? 0) + lfeon
  return E.right({ fscod, bsid, bsmod, acmod, lfeon, bitRateCode: frmsizecod >> 1, sampleRate, channels, bitrate: 1000 * kilobits })
}

/** The body of `dac3`. @source ETSI TS 102 366, F.4 */
export const dac3Of = ({ fscod, bsid, bsmod, acmod, lfeon, bitRateCode }: Ac3Frame): Uint8Array =>
  putBits([fscod, 2], [bsid, 5], [bsmod, 3], [acmod, 3], [lfeon, 1], [bitRateCode, 5], [0, 5])
