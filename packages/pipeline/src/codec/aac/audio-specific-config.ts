import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { bitsLeft, openPlainBits, overran, readPlainBits, type PlainBits } from '../bits/plain-bits'
import { malformedAac, unsupportedAac } from './malformed-aac'
import { skipProgramConfig } from './program-config'
import { channelsOf, SAMPLING_FREQUENCIES } from './sampling-frequency'

/** How AAC samples are to be decoded. */
export interface AudioSpecificConfig {
  /** The first audio object type that is said: 2 for AAC-LC, 5 for HE-AAC, 29 for HE-AAC v2. */
  readonly objectType: number
  /** The audio object type of the core coder, the same as `objectType` without band replication. */
  readonly coreObjectType: number
  /** Hertz of the core coder: `samplesPerFrame` of these are in each sample. */
  readonly sampleRate: number
  /** Channels of the core coder; parametric stereo makes two of one. */
  readonly channels: number
  readonly samplesPerFrame: 1024 | 960 | 512 | 480
  /** Hertz after band replication, where it is said; 0 where it is not. */
  readonly extensionSampleRate: number
  readonly parametricStereo: boolean
}

/** @source ISO/IEC 14496-3, Table 1.17 */
const SBR = 5
const SCALABLE_ER_BSAC = 22
const PARAMETRIC_STEREO = 29
const ESCAPE_TYPE = 31
const ESCAPE_FREQUENCY = 15
/** Main, LC, SSR, LTP, scalable, TwinVQ, and the error-resilient ones with the same configuration. */
const GENERAL_AUDIO: ReadonlySet<number> = new Set([1, 2, 3, 4, 6, 7, 17, 19, 20, 21, SCALABLE_ER_BSAC, 23])
const SCALABLE: ReadonlySet<number> = new Set([6, 20])
const LOW_DELAY = 23
const FIRST_ERROR_RESILIENT = 17
/** @source ISO/IEC 14496-3, 1.6.5 and Table 1.15 */
const SYNC_SBR = 0x2b7
const SYNC_PARAMETRIC_STEREO = 0x548
const SYNC_BITS = 11

/**
 * Reads an `AudioSpecificConfig`, with band replication said first (hierarchical) or behind (backward compatible).
 *
 * @errors `MalformedMedia`, offset in `bytes`; `UnsupportedMedia` for object types that are not general audio coding.
 * @source ISO/IEC 14496-3, 1.6.2.1 and 4.4.1
 */
export const parseAudioSpecificConfig = (
  bytes: Uint8Array
): E.Either<MalformedMedia | UnsupportedMedia, AudioSpecificConfig> => {
  const bits = openPlainBits(bytes)
  const said = readHead(bits)
  const core = said.coreObjectType
  if (overran(bits)) return shortOf(bytes)
  if (!GENERAL_AUDIO.has(core)) return unsupportedAac(`audio object type ${core}`)
  const general = readGeneralAudio(bits, core, said.channelConfiguration)
  if (overran(bits)) return shortOf(bytes)
  const behind = said.objectType === core ? readBehind(bits) : undefined
  const { objectType, sampleRate } = said
  if (sampleRate === 0) return malformedAac(0, 'a sampling frequency', 'a reserved index or 0')
  if (general.channels === 0) return malformedAac(0, 'a channel configuration', String(said.channelConfiguration))
  return E.right({
    objectType,
    coreObjectType: core,
    sampleRate,
    channels: general.channels,
    samplesPerFrame: general.samplesPerFrame,
    extensionSampleRate: behind?.rate ?? said.extensionSampleRate,
    parametricStereo: behind?.parametricStereo ?? objectType === PARAMETRIC_STEREO,
  })
}

const shortOf = (bytes: Uint8Array): E.Either<MalformedMedia, never> =>
  malformedAac(bytes.length, 'more of an AudioSpecificConfig', `${bytes.length} bytes`)

interface Head {
  readonly objectType: number
  readonly coreObjectType: number
  readonly sampleRate: number
  readonly extensionSampleRate: number
  readonly channelConfiguration: number
}

const readHead = (bits: PlainBits): Head => {
  const objectType = readObjectType(bits)
  const sampleRate = readFrequency(bits)
  const channelConfiguration = readPlainBits(bits, 4)
  if (objectType !== SBR && objectType !== PARAMETRIC_STEREO) {
    return { objectType, coreObjectType: objectType, sampleRate, extensionSampleRate: 0, channelConfiguration }
  }
  const extensionSampleRate = readFrequency(bits)
  const coreObjectType = readObjectType(bits)
  if (coreObjectType === SCALABLE_ER_BSAC) readPlainBits(bits, 4) // extensionChannelConfiguration
  return { objectType, coreObjectType, sampleRate, extensionSampleRate, channelConfiguration }
}

const readObjectType = (bits: PlainBits): number => {
  const type = readPlainBits(bits, 5)
  return type === ESCAPE_TYPE ? 32 + readPlainBits(bits, 6) : type
}

const readFrequency = (bits: PlainBits): number => {
  const index = readPlainBits(bits, 4)
  return index === ESCAPE_FREQUENCY ? readPlainBits(bits, 24) : (SAMPLING_FREQUENCIES[index] ?? 0)
}

/** @source ISO/IEC 14496-3, 4.4.1, GASpecificConfig() */
const readGeneralAudio = (
  bits: PlainBits,
  type: number,
  channelConfiguration: number
): Pick<AudioSpecificConfig, 'channels' | 'samplesPerFrame'> => {
  const short = readPlainBits(bits, 1) === 1
  if (readPlainBits(bits, 1) === 1) readPlainBits(bits, 14) // coreCoderDelay
  const extended = readPlainBits(bits, 1) === 1
  const channels = channelConfiguration === 0 ? skipProgramConfig(bits) : channelsOf(channelConfiguration)
  if (SCALABLE.has(type)) readPlainBits(bits, 3) // layerNr
  if (extended) skipExtension(bits, type)
  if (type >= FIRST_ERROR_RESILIENT) readPlainBits(bits, 2) // epConfig
  const long = type === LOW_DELAY ? 512 : 1024
  return { channels, samplesPerFrame: short ? (long === 512 ? 480 : 960) : long }
}

const skipExtension = (bits: PlainBits, type: number): void => {
  if (type === SCALABLE_ER_BSAC) readPlainBits(bits, 16) // numOfSubFrame, layer_length
  if (type === 17 || type === 19 || type === 20 || type === LOW_DELAY) readPlainBits(bits, 3) // resilience flags
  readPlainBits(bits, 1) // extensionFlag3
}

interface Behind {
  readonly rate: number
  readonly parametricStereo: boolean
}

/** Looks for band replication behind the configuration, where old decoders do not see it. */
const readBehind = (bits: PlainBits): Behind | undefined => {
  if (bitsLeft(bits) < 16 || readPlainBits(bits, SYNC_BITS) !== SYNC_SBR) return undefined
  if (readObjectType(bits) !== SBR || readPlainBits(bits, 1) === 0) return undefined
  const rate = readFrequency(bits)
  const parametricStereo =
    bitsLeft(bits) >= 12 && readPlainBits(bits, SYNC_BITS) === SYNC_PARAMETRIC_STEREO && readPlainBits(bits, 1) === 1
  return { rate, parametricStereo }
}
