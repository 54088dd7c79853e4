/**
 * Builds files byte by byte from the tables of the specification, without any code of the reader or writer, so that
 * a mistake there cannot hide here.
 */

/** A piece of a file: bytes as hex, or bytes. */
export type Piece = string | Uint8Array

/** Joins pieces; blanks in hex are left out. */
export const bytesOf = (...pieces: ReadonlyArray<Piece>): Uint8Array =>
  Uint8Array.from(
    pieces.flatMap((piece) => [
      ...(typeof piece === 'string' ? Buffer.from(piece.replace(/\s/g, ''), 'hex') : piece),
    ])
  )

/** A little-endian number of 1 to 8 bytes, as hex. */
export const le = (value: number | bigint, size: number): string => {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)))
  return buffer.subarray(0, size).toString('hex')
}

/** GUIDs in disk order. */
export const DISK_GUID = {
  header: '3026b2758e66cf11a6d900aa0062ce6c',
  data: '3626b2758e66cf11a6d900aa0062ce6c',
  fileProperties: 'a1dcab8c47a9cf118ee400c00c205365',
  streamProperties: '9107dcb7b7a9cf118ee600c00c205365',
  headerExtension: 'b503bf5f2ea9cf118ee300c00c205365',
  extendedStreamProperties: 'cba5e61472c632438399a96952065b5a',
  reserved1: '11d2d3abbaa9cf118ee600c00c205365',
  audio: '409e69f84d5bcf11a8fd00805f5c442b',
  video: 'c0ef19bc4d5bcf11a8fd00805f5c442b',
  command: 'c0cfda59e659d011a3ac00a0c90348f6',
  noCorrection: '0057fb20555bcf11a8fd00805f5c442b',
  audioSpread: '50cdc3bf8f61cf118bb200aa00b4e220',
  sampleDuration: '5094bdc67f86074983a3c77921b733ad',
  fileName: '0eec65e1ed19d745b4a725cbd1e28e9b',
  sampleId: '4eb89866fa0a3043aeb21c0a98d7a44d',
  simpleIndex: '90080033b1e5cf1189f400a0c90349cb',
  digitalSignature: 'fcb3112223bdd211b4b700a0c955fc6e',
  contentEncryption: 'fbb3112223bdd211b4b700a0c955fc6e',
  indexParameters: 'df29e2d6da35d111903400a0c90349be',
} as const

/** GUID, 64-bit size, body. */
export const objectOf = (guid: string, ...body: ReadonlyArray<Piece>): Uint8Array => {
  const bytes = bytesOf(...body)
  return bytesOf(guid, le(24 + bytes.length, 8), bytes)
}

/** What a hand-made file says of itself. */
export interface FileFacts {
  readonly packetSize?: number
  readonly minPacketSize?: number
  readonly packets?: number
  readonly preroll?: number
  readonly flags?: number
  readonly playDuration?: number
}

/** File Properties Object. */
export const filePropertiesOf = (facts: FileFacts): Uint8Array => {
  const { packetSize = 128, minPacketSize = packetSize, packets = 0, preroll = 1000, flags = 2 } = facts
  const { playDuration = 20_000_000 } = facts
  const id = '000102030405060708090a0b0c0d0e0f'
  const counts = [le(0, 8), le(0, 8), le(packets, 8), le(playDuration, 8), le(0, 8), le(preroll, 8)]
  const sizes = [le(flags, 4), le(minPacketSize, 4), le(packetSize, 4), le(64_000, 4)]
  return objectOf(DISK_GUID.fileProperties, id, ...counts, ...sizes)
}

/** What a hand-made stream says of itself. */
export interface StreamFacts {
  readonly number: number
  readonly type?: string
  readonly encrypted?: boolean
  readonly timeOffset?: number
  /** Error correction data of audio that is spread, as hex. */
  readonly spread?: string
  readonly specific?: string
}

/** WAVEFORMATEX of WMA 2, stereo, 44.1 kHz, without private data. */
export const WAVE = `${le(0x161, 2)}${le(2, 2)}${le(44_100, 4)}${le(8000, 4)}${le(372, 2)}${le(16, 2)}${le(0, 2)}`

/** Stream Properties Object. */
export const streamPropertiesOf = (facts: StreamFacts): Uint8Array => {
  const { number, type = DISK_GUID.audio, encrypted = false, timeOffset = 0, spread = '' } = facts
  const { specific = type === DISK_GUID.audio ? WAVE : '' } = facts
  const correction = spread === '' ? DISK_GUID.noCorrection : DISK_GUID.audioSpread
  const lengths = [le(specific.length / 2, 4), le(spread.length / 2, 4)]
  const flags = le(number | (encrypted ? 0x8000 : 0), 2)
  return objectOf(
    DISK_GUID.streamProperties,
    type,
    correction,
    le(timeOffset, 8),
    ...lengths,
    flags,
    le(0, 4),
    specific,
    spread
  )
}

/** Extended Stream Properties Object with these payload extensions and, after them, a hidden stream. */
export const extendedOf = (
  number: number,
  extensions: ReadonlyArray<readonly [guid: string, size: number]>,
  hidden: Piece = ''
): Uint8Array => {
  const fixed = [
    le(0, 16 - 8),
    le(0, 8),
    le(32_000, 4),
    le(3000, 4),
    le(0, 4),
    le(32_000, 4),
    le(3000, 4),
    le(0, 4),
  ]
  const rest = [
    le(0, 4),
    le(0, 4),
    le(number, 2),
    le(0, 2),
    le(400_000, 8),
    le(0, 2),
    le(extensions.length, 2),
  ]
  const systems = extensions.map(([guid, size]) => `${guid}${le(size, 2)}${le(0, 4)}`)
  return objectOf(DISK_GUID.extendedStreamProperties, ...fixed, ...rest, ...systems, hidden)
}

/** Header Extension Object around its children. */
export const extensionOf = (...children: ReadonlyArray<Piece>): Uint8Array => {
  const bytes = bytesOf(...children)
  return objectOf(DISK_GUID.headerExtension, DISK_GUID.reserved1, le(6, 2), le(bytes.length, 4), bytes)
}

/** Header Object around its children. */
export const headerOf = (...children: ReadonlyArray<Uint8Array>): Uint8Array =>
  objectOf(DISK_GUID.header, le(children.length, 4), '0102', ...children)

/** Data Object around packets; its size and count may be made to lie. */
export const dataOf = (
  packets: ReadonlyArray<Uint8Array>,
  count = packets.length,
  size?: number
): Uint8Array => {
  const body = bytesOf(...packets)
  const id = '000102030405060708090a0b0c0d0e0f'
  return bytesOf(DISK_GUID.data, le(size ?? 50 + body.length, 8), id, le(count, 8), '0101', body)
}

/** A whole file with one audio stream, number 1, unless told otherwise. */
export const fileOf = (
  packets: ReadonlyArray<Uint8Array>,
  facts: FileFacts = {},
  streams: ReadonlyArray<StreamFacts> = [{ number: 1 }],
  extension: ReadonlyArray<Piece> = []
): Uint8Array =>
  bytesOf(
    headerOf(
      filePropertiesOf({ packets: packets.length, ...facts }),
      extensionOf(...extension),
      ...streams.map(streamPropertiesOf)
    ),
    dataOf(packets)
  )

/** Pieces filled up with zeros to a packet; throws when they are longer. */
export const packetOf = (size: number, ...pieces: ReadonlyArray<Piece>): Uint8Array => {
  const bytes = bytesOf(...pieces)
  if (bytes.length > size) throw new Error(`packet of ${bytes.length} bytes`)
  const packet = new Uint8Array(size)
  packet.set(bytes)
  return packet
}

/** Bytes that can be told apart: `first`, `first + 1`, … */
export const run = (length: number, first = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => first + index)
