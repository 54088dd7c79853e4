/**
 * Hertz by index; an index past the end is reserved or says that the rate is written out.
 *
 * @source ISO/IEC 14496-3, Table 1.18
 */
export const SAMPLING_FREQUENCIES: ReadonlyArray<number> = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
]

/** Loudspeakers by channel configuration; 0 where it says nothing of them. @source ISO/IEC 14496-3, Table 1.19 */
const CHANNELS: ReadonlyArray<number> = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8]

/** Channels of a channel configuration, 0 where it says nothing of them. */
export const channelsOf = (configuration: number): number => CHANNELS[configuration] ?? 0
