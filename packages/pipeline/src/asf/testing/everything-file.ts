import { HEADER_SAMPLES, LANGUAGE_LIST } from './header-samples'
import {
  bytesOf,
  dataOf,
  DISK_GUID,
  extendedOf,
  extensionOf,
  filePropertiesOf,
  headerOf,
  le,
  objectOf,
  packetOf,
  run,
  streamPropertiesOf,
} from './hand-made'

const CONTENT_ENCRYPTION = 'fbb3112223bdd211b4b700a0c955fc6e'
const EXTENDED_ENCRYPTION = '14e68a292226174cb935dae07ee9289c'
const ADVANCED_ENCRYPTION = '338505438169e6499b74ad12cb86d58c'
const PROTECTION_SYSTEM = '79f0049a40988642ab92e65be0885f95'
const PLAYREADY = '107063f4c303cd42b932b48adf3a6a54'
const SIMPLE_INDEX = '90080033b1e5cf1189f400a0c90349cb'
const INDEX = 'd329e2d6da35d111903400a0c90349be'
const TIMECODE_INDEX = 'd03fb73c4a0c0348953dedf7b6228f0c'
const JFIF = '00e11bb64e5bcf11a8fd00805f5c442b'
const FILE_TRANSFER = '2c22bd911cf27a498b6d5aa86bfc0185'

const PACKET = 160

const counted = (bytes: Uint8Array): string => le(bytes.length, 4) + Buffer.from(bytes).toString('hex')
const ascii = (text: string): string => counted(Buffer.from(`${text}\0`, 'latin1'))
const utf16 = (text: string): Uint8Array => Buffer.from(text, 'utf16le')

const WRM = utf16(
  '<WRMHEADER version="2.0.0.0"><DATA><SECURITYVERSION>2.2</SECURITYVERSION><LAINFO>http://x.test/</LAINFO>' +
    '<KID>4Rplb+TbNES8tGkNFWTEHA==</KID><CHECKSUM>j0YI04QqgQ==</CHECKSUM></DATA></WRMHEADER>'
)

const PROTECTION = [
  objectOf(CONTENT_ENCRYPTION, le(2, 4) + '0102', ascii('DRM'), ascii('4Rplb+TbNES8tGkNFWTEHA=='), ascii('http://x.test/')),
  objectOf(EXTENDED_ENCRYPTION, counted(WRM)),
  objectOf(PROTECTION_SYSTEM, PLAYREADY, le(10 + WRM.length, 4), le(1, 2), le(1, 2), le(WRM.length, 2), WRM),
]
const ADVANCED = objectOf(
  ADVANCED_ENCRYPTION,
  le(1, 2) + 'b69b077aa4da124ea5ca91d38dc11a8d' + le(1, 4) + le(1, 2) + '010002000200' + le(16, 4) + '11'.repeat(16)
)

const times = (size: number, time: number): string => le(size, 4) + le(1000 + time, 4)
/** Error correction, length types, property flags, padding where the length types say so, send time, duration. */
const front = (send: number, lengths: '00' | '08' | '09', padding = 0): string =>
  `820000${lengths}5d${lengths === '00' ? '' : le(padding, 1)}${le(send, 4)}${le(40, 2)}`

/** Values of the three extensions of stream 2: duration, file name with its length, sample ID. */
const EXTENSIONS = `${le(40, 2)} ${le(1, 2)}61 ${'00'.repeat(8)}`

/** Packets of each layout: several payloads with values of extensions, one payload in pieces, small objects in one, padding. */
const PACKETS = [
  packetOf(
    PACKET,
    `${front(0, '09', PACKET - 13 - 49 - 40)} 82`,
    `81 00 ${le(0, 4)} 08 ${times(32, 0)} ${le(32, 2)}`,
    run(32),
    `82 00 ${le(0, 4)} 15 ${times(10, 0)} ${EXTENSIONS} ${le(10, 2)}`,
    run(10)
  ),
  packetOf(PACKET, front(40, '00'), `83 00 ${le(0, 4)} 08 ${times(200, 40)}`, run(134)),
  packetOf(PACKET, front(80, '08', PACKET - 12 - 15 - 66), `03 00 ${le(134, 4)} 08 ${times(200, 40)}`, run(66)),
  packetOf(PACKET, front(120, '00'), `81 01 ${le(1080, 4)} 01 14`, '03 010203 02 0405', le(133, 1), run(133)),
  packetOf(PACKET, `${front(160, '09', PACKET - 13 - 57)} 81`, `84 02 ${le(0, 4)} 08 ${times(40, 120)} ${le(40, 2)}`, run(40)),
]

const INDEXES = [
  objectOf(SIMPLE_INDEX, '00'.repeat(16), le(10_000_000, 8), le(1, 4), le(2, 4), le(0, 4) + le(1, 2), le(1, 4) + le(2, 2)),
  objectOf(INDEX, le(500, 4) + le(1, 2) + le(1, 4), le(3, 2) + le(3, 2), le(2, 4) + le(0, 8), le(0, 4), 'ffffffff'),
  objectOf(TIMECODE_INDEX, le(1, 4) + le(1, 2) + le(1, 4), le(3, 2) + le(3, 2), le(1, 4) + le(0, 2) + le(0, 8), le(5, 4) + le(0, 4)),
]

/** A small file with each object, each kind of stream and each layout of packets that the reference describes. */
export const everythingFile = (): Uint8Array => {
  const samples = (place: 'header' | 'extension') =>
    HEADER_SAMPLES.filter(([, inside]) => inside === place).map(([, , object]) => object)
  const hidden = streamPropertiesOf({ number: 5, type: JFIF, specific: le(320, 4) + le(240, 4) + le(0, 4) })
  const extension = [
    LANGUAGE_LIST,
    extendedOf(2, [
      [DISK_GUID.sampleDuration, 2],
      [DISK_GUID.fileName, 0xffff],
      [DISK_GUID.sampleId, 8],
    ]),
    extendedOf(5, [], hidden),
    ...samples('extension'),
    ADVANCED,
  ]
  const spread = `02${le(16, 2)}${le(8, 2)}${le(1, 2)}00`
  const header = headerOf(
    filePropertiesOf({ packetSize: PACKET, packets: PACKETS.length }),
    extensionOf(...extension),
    streamPropertiesOf({ number: 1, spread }),
    streamPropertiesOf({ number: 2, encrypted: true }),
    streamPropertiesOf({ number: 3, type: DISK_GUID.video, specific: '00'.repeat(51) }),
    streamPropertiesOf({ number: 4, type: FILE_TRANSFER, specific: '00'.repeat(64) }),
    ...samples('header'),
    ...PROTECTION
  )
  return bytesOf(header, dataOf(PACKETS), ...INDEXES)
}
