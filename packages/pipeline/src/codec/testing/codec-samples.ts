import { videoFormatBytes } from '../../asf/stream/video-format'
import { box } from '../../isobmff/write/box'
import { esds } from '../../isobmff/write/esds'
import { putBits } from '../bits/put-bits'
import { buildWaveFormat } from '../wma/build-wave-format'

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
const joined = (...parts: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(Buffer.concat(parts))

type Fields = ReadonlyArray<readonly [value: number, bits: number]>

const frame = (bytes: number, ...fields: Fields): Uint8Array => {
  const whole = new Uint8Array(bytes)
  whole.set(putBits(...fields))
  return whole
}
/** A frame of Enhanced AC-3 with mixing and informational metadata. @source ETSI TS 102 366, E.1.2 */
const eac3 = (strmtyp: number, substreamid: number, acmod: number): Uint8Array =>
  frame(
    64,
    ...([[0x0b77, 16], [strmtyp, 2], [substreamid, 3], [31, 11]] as const),
    ...([[0, 2], [3, 2], [acmod, 3], [1, 1], [16, 5], [31, 5], [0, 1]] as const),
    ...(strmtyp === 1 ? ([[1, 1], [1 << 9, 16]] as const) : []),
    ...([[1, 1], [0, 14], [1, 1], [9, 5], [1, 1], [0x3f, 6], [0, 1], [3, 2], [1, 5], [0xff_ffff, 24], [1, 1], [2, 3]] as const)
  )
/** A program with a frame that depends on it, another one, and the first again. */
export const EAC3_SAMPLE = joined(eac3(0, 0, 7), eac3(1, 0, 2), eac3(0, 1, 2), eac3(0, 0, 7))
/** The first bytes of a frame of AC-3. @source ETSI TS 102 366, 4.3 */
export const AC3_FRAME = frame(32, [0x0b77, 16], [0, 16], [1, 2], [30, 6], [8, 5], [0, 3], [7, 3], [0, 2], [0, 2], [1, 1])
/** Rate written out; channels listed by an element, with a comment of two bytes. @source ISO/IEC 14496-3, 1.6.2.1 and 4.4.1.1 */
export const AAC_CONFIGURATIONS = [
  ...['1210', '139056e5a0', '2b920800', 'eb8a0800'].map(hex),
  putBits([2, 5], [15, 4], [44_101, 24], [1, 4], [0, 3]),
  putBits(
    ...([[2, 5], [3, 4], [0, 7], [0x13, 10], [2, 4], [0, 4], [1, 4], [1, 2], [0, 10]] as const),
    ...([[0, 5], [17, 5], [18, 5], [3, 4], [0, 3], [2, 8], [0, 16]] as const)
  ),
]
/** Surround, and stereo. @source RFC 7845, 5.1 */
export const OPUS_HEADS = ['4f70757348656164 01 06 3801 80bb0000 00ff 01 04 02 000401020305', '4f70757348656164 01 02 3801 80bb0000 0000 00'].map(hex)
const STREAM_INFO = hex(`1000 1000 00000e 0029a0 0ac442f0 000ac440 ${'5a'.repeat(16)}`)
/** The bare block, and what a file begins with. @source RFC 9639, 8.2 */
export const FLAC_HEADERS = [STREAM_INFO, joined(hex('664c6143 80000022'), STREAM_INFO)]
/** Advanced profile, shown at 640 × 480 with 25 pictures a second; an entry point behind it. */
export const VC1_HEADERS = joined(
  hex('25 0000010f'),
  putBits([3, 2], [3, 3], [1, 2], [0, 9], [319, 12], [239, 12], [0, 4], [1, 1], [0, 1], [1, 1], [639, 14], [479, 14], [1, 1], [1, 4]),
  hex('a0 82 14 0000010e 4a2ca080')
)
const AUDIO = { channels: 2, sampleRate: 44_100, blockAlign: 2230, bitsPerSample: 16 }
const WAVE = buildWaveFormat({ tag: 0x161, audio: AUDIO, bitrate: 64_000, privateData: hex('00880000 0f00 0000 0000') })
const EXTENSIBLE = joined(
  buildWaveFormat({ tag: 0xfffe, audio: AUDIO, bitrate: 64_000, privateData: new Uint8Array() }).with(16, 24),
  hex('1800 03000000 62010000000010008000 00aa00389b71 1122')
)
/** Type-specific data of sound in ASF, in the short form and in the extensible one. */
export const WAVE_FORMATS = [WAVE, EXTENSIBLE]
/** Type-specific data of pictures in ASF. */
export const VIDEO_FORMAT = videoFormatBytes({ width: 640, height: 480, fourcc: 'WVC1', bitCount: 24, privateData: VC1_HEADERS })
/** Type-specific data of a file transfer in ASF. */
export const FILE_FORMAT = joined(new Uint8Array(32), hex('01000000 00000000 00020000'), new Uint8Array(16), hex('02000000 abcd'))
/** Error correction data of spread sound in ASF: a span of 5, 4 chunks of 8 bytes. */
export const SPREAD_FORMAT = hex('05 2000 0800 0100 00')
const AVC_RECORD = hex('01 42001e ff e1 0005 6742001ea8 01 0004 68ce3880')

/** Bytes of a sample entry in front of its boxes. @source ISO/IEC 14496-12, 8.5.2 */
export const ENTRY_FRONTS = { video: 78, audio: 28 } as const

/** Configurations with the entries that they stand in. */
export const SAMPLE_ENTRIES: ReadonlyArray<readonly [kind: 'video' | 'audio', type: string, configuration: Uint8Array]> = [
  ['video', 'avc1', box('avcC', AVC_RECORD)],
  ['video', 'vc-1', box('dvc1', joined(new Uint8Array(7).with(0, 0xc6), VC1_HEADERS.subarray(1)))],
  ['audio', 'mp4a', esds(0x40, 64_000, hex('1210'))],
  ['audio', 'mp4a', box('wave', box('frma', hex('6d703461')), esds(0x40, 64_000, hex('139056e5a0')))],
  ['audio', 'Opus', box('dOps', hex('00 06 0138 0000bb80 ff00 01 04 02 000401020305'))],
  ['audio', 'fLaC', box('dfLa', joined(hex('00000000 80000022'), STREAM_INFO))],
  ['audio', 'ac-3', box('dac3', hex('50173c'))],
  ['audio', 'ec-3', box('dec3', hex('0c00200f00'))],
  ['audio', 'wma ', box('wfex', WAVE)],
]
