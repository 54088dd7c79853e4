import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { corpusFolder, whenInstalled } from '../../../../../test/gate/when-installed'
import { openFileSource } from '../../io/file-source'
import { readAsfHeader } from '../header/read-asf-header'
import type { AsfHeader } from '../header/asf-header'
import type { AsfObject } from '../header/asf-object'
import { probeSeek } from '../testing/ffmpeg'
import { fixtureNamed } from '../testing/fixtures'
import { bytesOf, fileOf, le, objectOf, packetOf } from '../testing/hand-made'
import { memorySource } from '../testing/memory-source'
import { readGood } from '../testing/read-whole'
import { packetForTime } from './packet-for-time'
import { readIndexes } from './read-indexes'

const SIMPLE = '90080033b1e5cf1189f400a0c90349cb'
const INDEX = 'd329e2d6da35d111903400a0c90349be'
const VIDEO = 'c0ef19bc4d5bcf11a8fd00805f5c442b'
const NOWHERE = 'ffffffff'
const SECOND = 10_000_000

interface Indexed {
  readonly header: AsfHeader
  readonly indexes: ReadonlyArray<AsfObject>
}

const opened = async (path: string): Promise<Indexed> => {
  const source = await openFileSource(path)()
  if (E.isLeft(source)) throw new Error(source.left.type)
  try {
    const header = await readAsfHeader(source.right)()
    if (E.isLeft(header)) throw new Error(header.left.type)
    const indexes = await readIndexes(source.right, header.right)()
    if (E.isLeft(indexes)) throw new Error(indexes.left.type)
    return { header: header.right, indexes: indexes.right }
  } finally {
    await source.right.close()()
  }
}

whenInstalled('ffmpeg').describe('seeking by Simple Index, against FFmpeg', () => {
  it.each(['meta-chapters.wmv', 'wmv2-wma2.wmv', 'multi-audio.asf'])('%s begins where FFmpeg begins', async (name) => {
    const { path } = fixtureNamed(name)
    const { header, indexes } = await opened(path)
    expect(indexes).toHaveLength(1)
    const video = header.streams.find(({ kind }) => kind === 'video')?.number ?? 0
    const began = [0, 1, 1.5, 2.2, 3, 3.9].map((seconds) => ({
      ours: header.data.firstPacketAt + (packetForTime(header, indexes, video, seconds * SECOND) ?? 0) * header.file.packetSize,
      theirs: probeSeek(path, seconds),
    }))
    expect(began.map(({ ours }) => ours)).toEqual(began.map(({ theirs }) => theirs))
    expect(new Set(began.map(({ ours }) => ours)).size).toBeGreaterThan(2)
  })
})

/**
 * Seconds without preroll, and the packet that the file's own Index Object names: entry ⌊(time + preroll) / 1 s⌋, its
 * offset divided by the packet size, read from a hex dump.
 */
const BY_HAND: ReadonlyArray<readonly [file: string, stream: number, seconds: number, packet: number]> = [
  ['audioscan-wma92-48k-pro.wma', 1, 0, 0],
  ['audioscan-wma92-48k-pro.wma', 1, 0.9, 0],
  ['audioscan-wma92-48k-pro.wma', 1, 0.94, 2],
  ['audioscan-wma92-48k-pro.wma', 1, 99, 3],
  ['audioscan-wma92-mbr.wma', 1, 0, 2],
  ['audioscan-wma92-mbr.wma', 1, 0.96, 7],
  ['audioscan-wma92-mbr.wma', 2, 0.94, 0],
  ['audioscan-wma92-mbr.wma', 2, 0.96, 3],
  ['taglib-lossless.wma', 1, 0.9, 0],
  ['taglib-lossless.wma', 1, 1, 1],
  ['taglib-lossless.wma', 1, 2, 3],
  ['taglib-lossless.wma', 1, 3, 5],
  ['taglib-lossless.wma', 1, 4, 6],
]

whenInstalled('corpus').describe('seeking by Index Objects of Windows Media encoders', () => {
  const folder = join(corpusFolder() ?? '', 'asf-wild')

  it('leads to the packets that the entries name', async () => {
    for (const [name, stream, seconds, packet] of BY_HAND) {
      const { header, indexes } = await opened(join(folder, name))
      expect({ name, stream, seconds, packet: packetForTime(header, indexes, stream, seconds * SECOND) }).toEqual({
        name,
        stream,
        seconds,
        packet,
      })
    }
  })

  it('loses no sample from that time on', async () => {
    for (const name of new Set(BY_HAND.map(([each]) => each))) {
      const { header, indexes } = await opened(join(folder, name))
      const { receiver } = await readGood(new Uint8Array(readFileSync(join(folder, name))))
      for (const { number } of header.streams) {
        for (let time = 0; time < 3 * SECOND; time += SECOND / 7) {
          const packet = packetForTime(header, indexes, number, time) ?? 0
          const next = receiver.samples.find((sample) => sample.track === number && sample.time >= time)
          if (next === undefined) continue
          expect(next.at).toBeGreaterThanOrEqual(header.data.firstPacketAt + packet * header.file.packetSize)
        }
      }
    }
  })
})

describe('seeking by hand-made indexes (asf.md §5)', () => {
  const PACKET = 64
  const PREROLL_SECONDS = 1
  const packets = Array.from({ length: 9 }, () => packetOf(PACKET, '820000', '08', '5d', '00'))
  const videos = [
    { number: 4, type: VIDEO },
    { number: 2, type: VIDEO },
    { number: 1 },
  ]
  const file = (...behind: ReadonlyArray<Uint8Array>): Uint8Array => bytesOf(fileOf(packets, { packetSize: PACKET }, videos), ...behind)
  const simple = (...entries: ReadonlyArray<number>): Uint8Array =>
    objectOf(SIMPLE, '00'.repeat(16), le(SECOND, 8), le(1, 4), le(entries.length, 4), ...entries.map((entry) => le(entry, 4) + le(1, 2)))
  const specifiers = (...list: ReadonlyArray<readonly [number, number]>): string =>
    list.map(([stream, type]) => le(stream, 2) + le(type, 2)).join('')

  const read = async (bytes: Uint8Array): Promise<Indexed> => {
    const source = memorySource(bytes)
    const header = await readAsfHeader(source)()
    if (E.isLeft(header)) throw new Error(header.left.type)
    const indexes = await readIndexes(source, header.right)()
    if (E.isLeft(indexes)) throw new Error(indexes.left.type)
    return { header: header.right, indexes: indexes.right }
  }
  const packetAt = ({ header, indexes }: Indexed, stream: number, seconds: number) =>
    packetForTime(header, indexes, stream, (seconds - PREROLL_SECONDS) * SECOND)

  it('a Simple Index belongs to a video stream by the order of their numbers', async () => {
    const indexed = await read(file(simple(0, 1, 2, 3), simple(4, 5, 6, 7)))
    expect([1, 2, 3, 99].map((seconds) => packetAt(indexed, 2, seconds))).toEqual([1, 2, 3, 3])
    expect([1, 2, 3, 99].map((seconds) => packetAt(indexed, 4, seconds))).toEqual([5, 6, 7, 7])
    expect(packetAt(indexed, 1, 2)).toBe(2)
  })

  it('an Index Object comes first, its best entries before the others, an entry that points nowhere leaves it to the one before', async () => {
    const index = objectOf(
      INDEX,
      le(500, 4) + le(3, 2) + le(2, 4),
      specifiers([2, 1], [2, 3], [4, 2]),
      // Two blocks of two entries and one; the second block lies two packets further.
      le(2, 4) + le(0, 8).repeat(3),
      le(64, 4) + le(0, 4) + NOWHERE,
      le(192, 4) + le(130, 4) + le(256, 4),
      le(1, 4) + le(128, 8).repeat(3),
      le(256, 4) + le(192, 4) + NOWHERE
    )
    const indexed = await read(file(index, simple(8)))
    expect([0, 0.5, 0.99, 1, 5].map((seconds) => packetAt({ ...indexed, header: withoutPreroll(indexed) }, 2, seconds + 1))).toEqual([
      0, 2, 2, 5, 5,
    ])
    expect([0, 0.5, 1].map((seconds) => packetAt({ ...indexed, header: withoutPreroll(indexed) }, 4, seconds + 1))).toEqual([
      undefined, 4, 4,
    ])
    expect(packetAt(indexed, 1, 3)).toBe(8)
  })

  const withoutPreroll = ({ header }: Indexed): AsfHeader => ({ ...header, file: { ...header.file, preroll: 0 } })

  it('knows nothing without an index, with an empty one, of a broadcast, and of a source that cannot seek', async () => {
    expect(packetAt(await read(file()), 2, 2)).toBeUndefined()
    expect(packetAt(await read(file(simple())), 2, 2)).toBeUndefined()
    const bytes = file(simple(1, 2, 3))
    expect((await read(bytes)).indexes).toHaveLength(1)
    const source = memorySource(bytes)
    const header = await readAsfHeader(source)()
    if (E.isLeft(header)) throw new Error(header.left.type)
    const { readAt: _, ...pipe } = source
    expect(await readIndexes(pipe, header.right)()).toEqual(E.right([]))
    const broadcast = { ...header.right, file: { ...header.right.file, broadcast: true } }
    expect(await readIndexes(source, broadcast)()).toEqual(E.right([]))
    expect(await readIndexes(source, header.right)()).toMatchObject(E.right([{ at: bytes.length - 56 - 18 }]))
  })
})
