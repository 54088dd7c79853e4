/** With which each frame begins. */
export const SYNC_WORD = 0x0b77
/** Hertz by `fscod`; 3 stands for half rates in Enhanced AC-3. @source ETSI TS 102 366, Table 4.1 */
export const SAMPLE_RATES = [48_000, 44_100, 32_000] as const
/** Channels by `acmod`, without the low-frequency one. @source ETSI TS 102 366, Table 4.3 */
export const CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5] as const
/** Kilobits per second by half of `frmsizecod`. @source ETSI TS 102 366, Table 4.13 */
export const BIT_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640] as const
/** Up to here `bsid` says AC-3; from 11 to 16 Enhanced AC-3. @source ETSI TS 102 366, 4.4.2.1 and E.1.3.1.6 */
export const LAST_AC3 = 10
/** The last `bsid` of Enhanced AC-3. */
export const LAST_EAC3 = 16

/** Whether a mode of channels has more than one in front of the middle, and the like. @source ETSI TS 102 366, Table 4.3 */
export const hasCentre = (acmod: number): boolean => (acmod & 1) !== 0 && acmod !== 1
/** Whether a mode has channels behind. */
export const hasSurround = (acmod: number): boolean => (acmod & 4) !== 0
/** Two programs of one channel each. */
export const DUAL_MONO = 0
/** Two channels, left and right. */
export const STEREO = 2
