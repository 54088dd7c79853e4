import * as E from 'fp-ts/Either'

import { bytesOf, DISK_GUID, extendedOf, fileOf, le, packetOf, run } from '../testing/hand-made'
import type { Piece, StreamFacts } from '../testing/hand-made'
import { readGood, readWhole } from '../testing/read-whole'

const SIZE = 256
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

interface Fragment {
  readonly stream?: number
  readonly key?: boolean
  readonly number: number
  readonly from: number
  readonly size: number
  readonly time?: number
  readonly data: Uint8Array
  readonly extension?: string
}

const payloadOf = ({
  stream = 1,
  key = false,
  number,
  from,
  size,
  time = 0,
  data,
  extension = '',
}: Fragment): Uint8Array =>
  bytesOf(
    le(stream | (key ? 0x80 : 0), 1),
    le(number, 1),
    le(from, 4),
    le(8 + extension.length / 2, 1),
    le(size, 4),
    le(1000 + time, 4),
    extension,
    le(data.length, 2),
    data
  )

const packetsOf = (...packets: ReadonlyArray<ReadonlyArray<Fragment>>): ReadonlyArray<Uint8Array> =>
  packets.map((fragments) =>
    packetOf(
      SIZE,
      '820000 01 5d',
      le(0, 4),
      le(0, 2),
      le(0x80 | fragments.length, 1),
      ...fragments.map(payloadOf)
    )
  )

const read = (
  packets: ReadonlyArray<Uint8Array>,
  streams?: ReadonlyArray<StreamFacts>,
  extension: ReadonlyArray<Piece> = []
): ReturnType<typeof readGood> => readGood(fileOf(packets, { packetSize: SIZE }, streams, extension))

describe('putting objects together', () => {
  it('joins fragments of several streams that come between each other', async () => {
    const packets = packetsOf(
      [
        { number: 0, from: 0, size: 30, data: run(10) },
        { stream: 2, number: 7, from: 0, size: 4, data: run(2, 90), key: true, time: 5 },
      ],
      [
        { number: 0, from: 10, size: 30, data: run(20, 10) },
        { stream: 2, number: 7, from: 2, size: 4, data: run(2, 92), key: true, time: 5 },
      ]
    )
    const { receiver, report } = await read(packets, [{ number: 1 }, { number: 2, type: DISK_GUID.video }])
    expect(receiver.samples.map(({ track, bytes }) => [track, hex(bytes)])).toEqual([
      [1, hex(run(30))],
      [2, hex(run(4, 90))],
    ])
    expect(report.warnings).toEqual([])
  })

  it('calls audio always a key frame, video only where it says so', async () => {
    const whole = (stream: number, key: boolean): Fragment => ({
      stream,
      key,
      number: 0,
      from: 0,
      size: 1,
      data: run(1),
    })
    const packets = packetsOf([whole(1, false), whole(2, false), whole(2, true), whole(3, false)])
    const streams = [
      { number: 1 },
      { number: 2, type: DISK_GUID.video },
      { number: 3, type: DISK_GUID.command },
    ]
    const { receiver } = await read(packets, streams)
    expect(receiver.samples.map(({ flags }) => flags)).toEqual([1, 0, 1, 0])
  })

  const trouble: ReadonlyArray<readonly [string, ReadonlyArray<Fragment>, number]> = [
    [
      'a fragment is missing',
      [
        { number: 0, from: 0, size: 9, data: run(3) },
        { number: 0, from: 6, size: 9, data: run(3) },
      ],
      1,
    ],
    [
      'a fragment overlaps',
      [
        { number: 0, from: 0, size: 9, data: run(6) },
        { number: 0, from: 3, size: 9, data: run(6) },
      ],
      1,
    ],
    [
      'a fragment has another number',
      [
        { number: 0, from: 0, size: 9, data: run(6) },
        { number: 1, from: 6, size: 9, data: run(3) },
      ],
      1,
    ],
    [
      'the size changes',
      [
        { number: 0, from: 0, size: 9, data: run(6) },
        { number: 0, from: 6, size: 12, data: run(6) },
      ],
      1,
    ],
    [
      'the last fragment is too long',
      [
        { number: 0, from: 0, size: 9, data: run(6) },
        { number: 0, from: 6, size: 9, data: run(4) },
      ],
      1,
    ],
    ['another object begins', [{ number: 0, from: 0, size: 9, data: run(6) }], 1],
    ['the beginning is missing', [{ number: 0, from: 6, size: 9, data: run(3) }], 0],
    ['an object brings more than it states', [{ number: 0, from: 0, size: 2, data: run(3) }], 0],
    ['an object of no bytes brings some', [{ number: 0, from: 0, size: 0, data: run(3) }], 0],
  ]

  it.each(trouble)(
    'when %s the object is dropped with a warning and the next is whole',
    async (_, fragments, dropped) => {
      const packets = packetsOf(fragments, [{ number: 5, from: 0, size: 4, data: run(4, 40) }])
      const { receiver, report } = await read(packets)
      expect(receiver.samples.map(({ bytes }) => hex(bytes))).toEqual([hex(run(4, 40))])
      expect(receiver.dropped()).toBe(dropped)
      expect(report.warnings).toHaveLength(1)
    }
  )

  it('drops what is still open at the end, with the offset where it began', async () => {
    const packets = packetsOf([{ number: 0, from: 0, size: 9, data: run(3) }])
    const file = fileOf(packets, { packetSize: SIZE })
    const { receiver, report } = await readGood(file)
    expect(receiver.dropped()).toBe(1)
    expect(report.warnings).toEqual([
      {
        offset: file.length - SIZE + 12,
        what: 'incomplete object of stream 1 dropped (3 of 9 bytes): the data end',
      },
    ])
  })

  it('refuses an object above the limit before it asks for room', async () => {
    const packets = packetsOf([{ number: 0, from: 0, size: 0xffff_ffff, data: run(3) }])
    const file = fileOf(packets, { packetSize: SIZE })
    const fault = {
      type: 'SampleTooLarge',
      at: file.length - SIZE + 12,
      bytes: 0xffff_ffff,
      limit: 0x100_0000,
    }
    expect(await readWhole(file)).toEqual(E.left(fault))
    const { report } = await readGood(file, { salvage: true })
    expect(report.warnings).toHaveLength(1)
  })

  it('carries times past the wrap of 32 bits, and adds the time offset', async () => {
    const times = [0xffff_fff0, 0xffff_fffa, 4, 14]
    const packets = packetsOf(
      times.map((time, number) => ({ number, from: 0, size: 1, time: time - 1000, data: run(1) }))
    )
    const { receiver } = await read(packets, [{ number: 1, timeOffset: 50_000 }])
    const first = (0xffff_fff0 - 1000) * 10_000 + 50_000
    expect(receiver.samples.map(({ time }) => time - first)).toEqual([0, 100_000, 200_000, 300_000])
  })

  it('lets a time before the preroll be negative', async () => {
    const { receiver } = await read(packetsOf([{ number: 0, from: 0, size: 1, time: -400, data: run(1) }]))
    expect(receiver.samples[0]?.time).toBe(-4_000_000)
  })
})

describe('payload extensions', () => {
  const id = '1122334455667788'

  it('finds the sample ID after values of fixed and of variable size', async () => {
    const extension = `${le(40, 2)}${le(6, 2)}61006200 6300${id}`.replace(' ', '')
    const packets = packetsOf([{ number: 0, from: 0, size: 2, data: run(2), extension }])
    const systems = [
      [DISK_GUID.sampleDuration, 2],
      [DISK_GUID.fileName, 0xffff],
      [DISK_GUID.sampleId, 8],
    ] as const
    const { receiver, report } = await read(packets, undefined, [extendedOf(1, systems)])
    expect(receiver.samples.map(({ protection, bytes }) => [protection, hex(bytes)])).toEqual([[id, '0001']])
    expect(report.warnings).toEqual([])
  })

  it.each([
    ['cut short', 8, id.slice(2)],
    ['of an unknown size', 4, id],
  ])('warns of a sample ID %s', async (_, size, extension) => {
    const packets = packetsOf([{ number: 0, from: 0, size: 2, data: run(2), extension }])
    const { receiver, report } = await read(packets, undefined, [extendedOf(1, [[DISK_GUID.sampleId, size]])])
    expect(receiver.samples[0]?.protection).toBe('')
    expect(report.warnings).toHaveLength(1)
  })
})

describe('audio that is spread', () => {
  // Span 2, virtual packet 12, chunk 4: three rows of two chunks.
  const spread = `02${le(12, 2)}${le(4, 2)}${le(1, 2)}00`
  const ordered = 'aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeffffffff'
  // Output chunk k is input chunk (k div 2) + (k mod 2) × 3.
  const stored = bytesOf('aaaaaaaa cccccccc eeeeeeee bbbbbbbb dddddddd ffffffff')

  it('is put in order, across fragments that cut through chunks', async () => {
    const packets = packetsOf(
      [{ number: 0, from: 0, size: 24, data: stored.slice(0, 7) }],
      [{ number: 0, from: 7, size: 24, data: stored.slice(7, 22) }],
      [{ number: 0, from: 22, size: 24, data: stored.slice(22) }]
    )
    const { receiver } = await read(packets, [{ number: 1, spread }])
    expect(receiver.samples.map(({ bytes }) => hex(bytes))).toEqual([ordered])
  })

  it.each([
    ['the stream is protected', { number: 1, spread, encrypted: true }, 24],
    ['the object is not one span', { number: 1, spread }, 20],
    ['the figures do not divide', { number: 1, spread: `02${le(12, 2)}${le(5, 2)}${le(1, 2)}00` }, 24],
  ])('stays as stored when %s', async (_, stream, size) => {
    const data = stored.slice(0, size)
    const { receiver } = await read(packetsOf([{ number: 0, from: 0, size, data }]), [stream])
    expect(receiver.samples.map(({ bytes }) => hex(bytes))).toEqual([hex(data)])
  })
})
