import type { HeaderDetails } from '../describe/asf-details'
import { DISK_GUID, le, objectOf } from './hand-made'

/** An object of a header: its name, where it stands, its bytes, and what it says. */
export type HeaderSample = readonly [
  name: string,
  inside: 'header' | 'extension',
  object: Uint8Array,
  said: Partial<HeaderDetails>,
]

/** Milliseconds that the times in the samples include. */
export const SAMPLE_PREROLL = 1000

const CODEC_LIST = '4052d1861d31d011a3a400a0c90348f6'
const SCRIPT_COMMAND = '301afb1e620bd011a39b00a0c90348f6'
const MARKER = '01cd87f451a9cf118ee600c00c205365'
const BITRATE_EXCLUSION = 'dc29e2d6da35d111903400a0c90349be'
const ERROR_CORRECTION = '3526b2758e66cf11a6d900aa0062ce6c'
const EXTENDED_DESCRIPTION = '40a4d0d207e3d21197f000a0c95ea850'
const BRANDING = 'fab3112223bdd211b4b700a0c955fc6e'
const SIGNATURE = 'fcb3112223bdd211b4b700a0c955fc6e'
const ADVANCED_EXCLUSION = 'cf4986a0754770468a166e35357566cd'
const GROUP_EXCLUSION = '405a46d1795a3843b71be36b8fd6c249'
const PRIORITIZATION = '5bd1fed4d3884f4581f0ed5c45999e24'
const SHARING = 'e60996a67b51d211b6af00c04fd908e9'
const LANGUAGES = 'a946437ce0effc4bb229393ede415c85'
const METADATA = 'eacbf8c5af5b77488467aa8c44fa4cca'
const LIBRARY = '941c23449894d149a1411d134e457054'
const INDEX_PARAMETERS = 'df29e2d6da35d111903400a0c90349be'
const OBJECT_INDEX_PARAMETERS = 'ad3b206b113fe448aca8d7613de2cfa7'
const TIMECODE_PARAMETERS = '6d495ef597975d4b8c8b604dfe9bfb24'
const COMPATIBILITY = '5d8bf1268445ec479f5f0e651f0452c9'
const RESERVED_2 = '4152d1861d31d011a3a400a0c90348f6'
const RESERVED_3 = 'e3cb1a4b0b10d011a39b00a0c90348f6'
const RESERVED_4 = '20dbfe4cf675cf119c0f00a0c90349cb'
const BY_LANGUAGE = '002ae2d6da35d111903400a0c90349be'
const BY_BITRATE = '012ae2d6da35d111903400a0c90349be'
const EXCLUSIVE = 'aa6060af9751d211b6af00c04fd908e9'

const text = (words: string): string => Buffer.from(words, 'utf16le').toString('hex')
const ended = (words: string): string => text(`${words}\0`)
/** Length in units of two bytes, then the text. */
const units = (words: string, size = 2): string => le(words.length, size) + text(words)
/** Length in bytes with the NUL, then the text. */
const measured = (words: string): string => le(words.length * 2 + 2, 2) + ended(words)
const ascii = (words: string): string => Buffer.from(words, 'latin1').toString('hex')

/** One of each object of the reference, laid out by hand. @source docs/reference/asf.md §3 */
export const HEADER_SAMPLES: ReadonlyArray<HeaderSample> = [
  [
    'Codec List',
    'header',
    objectOf(
      CODEC_LIST,
      RESERVED_2,
      le(2, 4),
      le(1, 2) + units('Video 9') + units('fast') + le(4, 2) + ascii('WMV3'),
      le(2, 2) + units('Audio 9\0') + units('') + le(2, 2) + '6101'
    ),
    {
      codecs: [
        { name: 'Video 9', description: 'fast' },
        { name: 'Audio 9', description: '' },
      ],
    },
  ],
  [
    'Script Command',
    'header',
    objectOf(
      SCRIPT_COMMAND,
      RESERVED_3,
      le(3, 2) + le(2, 2),
      units('URL') + units('TEXT\0'),
      le(3500, 4) + le(1, 2) + units('subtitle'),
      le(SAMPLE_PREROLL, 4) + le(0, 2) + units('https://x.test/\0'),
      le(500, 4) + le(9, 2) + units('')
    ),
    {
      scripts: [
        { time: 25_000_000, type: 'TEXT', text: 'subtitle' },
        { time: 0, type: 'URL', text: 'https://x.test/' },
        { time: 0, type: '', text: '' },
      ],
    },
  ],
  [
    'Marker',
    'header',
    objectOf(
      MARKER,
      RESERVED_4,
      le(2, 4) + le(0, 2) + measured('chapters'),
      le(0, 8) + le(10_000_000, 8) + le(12 + 8, 2) + le(0, 4) + le(0, 4) + le(4, 4) + ended('One'),
      le(77, 8) + le(35_000_000, 8) + le(12 + 6, 2) + le(9, 4) + le(0, 4) + le(3, 4) + text('Two')
    ),
    {
      chapters: [
        { time: 0, title: 'One' },
        { time: 25_000_000, title: 'Two' },
      ],
    },
  ],
  [
    'Bitrate Mutual Exclusion',
    'header',
    objectOf(BITRATE_EXCLUSION, BY_BITRATE, le(2, 2), le(1, 2), le(2, 2)),
    { exclusions: [{ by: 'bitrate', groups: [[1], [2]] }] },
  ],
  ['Error Correction', 'header', objectOf(ERROR_CORRECTION, DISK_GUID.noCorrection, le(2, 4), 'aabb'), {}],
  [
    'Extended Content Description',
    'header',
    objectOf(
      EXTENDED_DESCRIPTION,
      le(7, 2),
      measured('WM/Genre') + le(0, 2) + measured('Jazz'),
      // Old writers leave out of the length the second byte of the last unit, and write it.
      le(5, 2) + ended('Od') + le(0, 2) + le(3, 2) + ended('d'),
      measured('Bytes') + le(1, 2) + le(3, 2) + '010203',
      measured('IsVBR') + le(2, 2) + le(4, 2) + le(1, 4),
      measured('Peak') + le(3, 2) + le(4, 2) + le(70_000, 4),
      measured('Time') + le(4, 2) + le(8, 2) + le(2n ** 60n, 8),
      measured('Short') + le(5, 2) + le(2, 2) + le(7, 2)
    ),
    {
      attributes: [
        { name: 'WM/Genre', value: 'Jazz' },
        { name: 'Od', value: 'd' },
        { name: 'Bytes', value: { bytes: 3 } },
        { name: 'IsVBR', value: true },
        { name: 'Peak', value: 70_000 },
        { name: 'Time', value: '1152921504606846976' },
        { name: 'Short', value: 7 },
      ],
    },
  ],
  [
    'Content Branding',
    'header',
    objectOf(BRANDING, le(2, 4), le(3, 4), 'ffd8ff', le(15, 4), ascii('https://x.test/'), le(16, 4), ascii('https://y.test/\0')),
    { links: ['https://x.test/', 'https://y.test/'] },
  ],
  ['Digital Signature', 'header', objectOf(SIGNATURE, le(2, 4), le(4, 4), '01020304'), {}],
  [
    'Advanced Mutual Exclusion',
    'extension',
    objectOf(ADVANCED_EXCLUSION, BY_LANGUAGE, le(2, 2), le(3, 2), le(4, 2)),
    { exclusions: [{ by: 'language', groups: [[3], [4]] }] },
  ],
  [
    'Group Mutual Exclusion',
    'extension',
    objectOf(GROUP_EXCLUSION, BY_LANGUAGE, le(2, 2), le(2, 2) + le(1, 2) + le(2, 2), le(1, 2) + le(3, 2)),
    { exclusions: [{ by: 'language', groups: [[1, 2], [3]] }] },
  ],
  [
    'Stream Prioritization',
    'extension',
    objectOf(PRIORITIZATION, le(2, 2), le(2, 2) + le(1, 2), le(1, 2) + le(0, 2)),
    {
      priorities: [
        { track: 2, mandatory: true },
        { track: 1, mandatory: false },
      ],
    },
  ],
  [
    'Bandwidth Sharing',
    'extension',
    objectOf(SHARING, EXCLUSIVE, le(96_000, 4), le(3000, 4), le(2, 2), le(1, 2), le(5, 2)),
    { sharing: [{ kind: 'exclusive', bitrate: 96_000, tracks: [1, 5] }] },
  ],
  [
    'Metadata',
    'extension',
    objectOf(
      METADATA,
      le(2, 2),
      // Both lengths come before both values; a boolean has two bytes.
      le(0, 2) + le(1, 2) + le(12, 2) + le(2, 2) + le(2, 4) + ended('IsVBR') + le(1, 2),
      le(0, 2) + le(0, 2) + le(4, 2) + le(0, 2) + le(6, 4) + ended('N') + ended('ok')
    ),
    {
      attributes: [
        { name: 'IsVBR', value: true, track: 1 },
        { name: 'N', value: 'ok' },
      ],
    },
  ],
  [
    'Metadata Library',
    'extension',
    objectOf(
      LIBRARY,
      le(2, 2),
      le(1, 2) + le(0, 2) + le(12, 2) + le(0, 2) + le(10, 4) + ended('Title') + ended('Titl'),
      le(0, 2) + le(2, 2) + le(6, 2) + le(6, 2) + le(16, 4) + ended('Id') + BY_BITRATE
    ),
    {
      attributes: [
        { name: 'Title', value: 'Titl', language: 'cs' },
        { name: 'Id', value: 'D6E22A01-35DA-11D1-9034-00A0C90349BE', track: 2 },
      ],
    },
  ],
  ['Index Parameters', 'extension', objectOf(INDEX_PARAMETERS, le(1000, 4), le(1, 2), le(1, 2) + le(3, 2)), {}],
  ['Media Object Index Parameters', 'extension', objectOf(OBJECT_INDEX_PARAMETERS, le(1, 4), le(1, 2), le(1, 2) + le(2, 2)), {}],
  ['Timecode Index Parameters', 'extension', objectOf(TIMECODE_PARAMETERS, le(1, 4), le(1, 2), le(1, 2) + le(2, 2)), {}],
  ['Compatibility', 'extension', objectOf(COMPATIBILITY, '0201'), {}],
]

/** Tags of which the second is the one that the hand-made attribute names. */
export const LANGUAGE_LIST = objectOf(LANGUAGES, le(2, 2), le(6, 1) + ended('en'), le(6, 1) + ended('cs'))
