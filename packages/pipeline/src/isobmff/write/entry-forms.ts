import { u32, u8 } from './big-endian'
import { box } from './box'
import { AUDIO_OBJECT, esds } from './esds'
import type { Mp4Track } from './mp4-track'
import type { SampleEntry } from './sample-entry'

type EntryOf<T extends SampleEntry['type']> = Extract<SampleEntry, { readonly type: T }>

/** How a codec is written. */
interface EntryForm<T extends SampleEntry['type']> {
  readonly kind: 'video' | 'audio'
  /** The type of the sample entry, where it is not the name that we go by. */
  readonly format?: string
  readonly configuration: (entry: EntryOf<T>, track: Mp4Track) => Uint8Array
  /** The rate that the entry says of every track, where the codec has one. */
  readonly sampleRate?: number
}

/** Below this rate, Layer III is that of MPEG-2. @source ISO/IEC 13818-3, 2.4.2.3 */
const MPEG1_LEAST_RATE = 32_000
const OPUS_RATE = 48_000

const mp3Object = ({ audio }: Mp4Track): number =>
  audio !== undefined && audio.sampleRate < MPEG1_LEAST_RATE ? AUDIO_OBJECT.mpeg2Layer3 : AUDIO_OBJECT.mpeg1Layer3

const aac = ({ bitrate = 0, audioSpecificConfig }: EntryOf<'mp4a'>): Uint8Array => esds(AUDIO_OBJECT.aac, bitrate, audioSpecificConfig)

/**
 * The box that each codec has in its sample entry; `read/codec-configuration.ts` is the other direction.
 *
 * @source ISO/IEC 14496-15, 5.4.2 (avc1, avc3) and 8.4.1 (hvc1, hev1); SMPTE RP 2025, 6 (vc-1); ISO/IEC 14496-14, 5.6 (mp4a);
 * ETSI TS 102 366, F.3 and F.5 (ac-3, ec-3); Encapsulation of Opus, 4.3, and of FLAC, 3.3, in ISO Base Media File Format;
 * FFmpeg, libavformat/movenc.c, mov_write_wfex_tag (`wma `, of Smooth Streaming)
 */
const FORMS: { readonly [T in SampleEntry['type']]: EntryForm<T> } = {
  avc1: { kind: 'video', configuration: ({ avcC }) => box('avcC', avcC) },
  avc3: { kind: 'video', configuration: ({ avcC }) => box('avcC', avcC) },
  hvc1: { kind: 'video', configuration: ({ hvcC }) => box('hvcC', hvcC) },
  hev1: { kind: 'video', configuration: ({ hvcC }) => box('hvcC', hvcC) },
  'vc-1': { kind: 'video', configuration: ({ dvc1 }) => box('dvc1', dvc1) },
  mp4a: { kind: 'audio', configuration: aac },
  mp3: { kind: 'audio', format: 'mp4a', configuration: ({ bitrate = 0 }, track) => esds(mp3Object(track), bitrate, u8()) },
  'ac-3': { kind: 'audio', configuration: ({ dac3 }) => box('dac3', dac3) },
  'ec-3': { kind: 'audio', configuration: ({ dec3 }) => box('dec3', dec3) },
  Opus: { kind: 'audio', sampleRate: OPUS_RATE, configuration: ({ dOps }) => box('dOps', dOps) },
  fLaC: { kind: 'audio', configuration: ({ dfLa }) => box('dfLa', dfLa) },
  'wma ': { kind: 'audio', configuration: ({ wfex }) => box('wfex', wfex) },
}

/** What stands in a sample entry for its codec. */
export interface WrittenEntry {
  readonly kind: 'video' | 'audio'
  readonly format: string
  readonly boxes: ReadonlyArray<Uint8Array>
  readonly sampleRate?: number
}

/** Size of the decoding buffer unknown; the same for highest and average rate. @source ISO/IEC 14496-12, 8.5.2 */
const bitRateBox = ({ bitrate = 0, type }: SampleEntry): ReadonlyArray<Uint8Array> =>
  bitrate === 0 || type === 'mp4a' || type === 'mp3' ? [] : [box('btrt', u32(0, bitrate, bitrate))]

const writeAs = <T extends SampleEntry['type']>(form: EntryForm<T>, entry: EntryOf<T>, track: Mp4Track): WrittenEntry => ({
  kind: form.kind,
  format: form.format ?? entry.type,
  boxes: [form.configuration(entry, track), ...bitRateBox(entry)],
  ...(form.sampleRate !== undefined && { sampleRate: form.sampleRate }),
})

/** Looks up how the codec of a track is written. */
export const writtenEntry = (track: Mp4Track): WrittenEntry => {
  const { sampleEntry } = track
  // Form and entry have the same type, which the compiler cannot follow over the table.
  return writeAs(FORMS[sampleEntry.type] as EntryForm<SampleEntry['type']>, sampleEntry, track)
}
