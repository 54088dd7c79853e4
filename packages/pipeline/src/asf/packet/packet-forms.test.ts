import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { bytesOf, fileOf, le, packetOf, run } from '../testing/hand-made'
import { readGood, readWhole } from '../testing/read-whole'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const SIZE = 128

/** Replicated data of an object: its size, and a time in milliseconds with the preroll of 1000. */
const replicated = (size: number, time: number): string => `${le(size, 4)}${le(1000 + time, 4)}`

describe('the forms of a packet', () => {
  it('takes one payload without error correction data and any field', async () => {
    // Single payload, no lengths; property flags: replicated u8, no offset, no object number.
    const data = run(SIZE - 2 - 6 - 2 - 8)
    const packet = packetOf(
      SIZE,
      '00',
      '41',
      le(0, 4),
      le(0, 2),
      '81',
      '08',
      replicated(data.length, 40),
      data
    )
    const { receiver, report } = await readGood(fileOf([packet]))
    expect(receiver.samples.map(({ time, bytes }) => [time, hex(bytes)])).toEqual([[400_000, hex(data)]])
    expect(report).toMatchObject({ packets: 1, warnings: [] })
  })

  it('takes every length type of every field', async () => {
    const widths = [0, 1, 2, 4]
    const type = fc.constantFrom(0, 1, 2, 3)
    const some = fc.constantFrom(1, 2, 3)
    const types = fc.record({
      length: type,
      sequence: type,
      padding: type,
      replicated: some,
      offset: type,
      number: type,
    })
    await fc.assert(
      fc.asyncProperty(
        types,
        some,
        fc.boolean(),
        fc.nat(40),
        async (form, payloadLength, multiple, padding) => {
          const field = (value: number, kind: number): string => le(value, widths[kind] ?? 0)
          const data = run(20, 7)
          const gap = form.padding === 0 ? 0 : padding
          const payload = bytesOf(
            '81',
            field(3, form.number),
            field(0, form.offset),
            field(8, form.replicated),
            replicated(data.length, 7),
            multiple ? field(data.length, payloadLength) : '',
            data
          )
          const before =
            3 +
            2 +
            (widths[form.length] ?? 0) +
            (widths[form.sequence] ?? 0) +
            (widths[form.padding] ?? 0) +
            6
          const used = before + (multiple ? 1 : 0) + payload.length
          // A packet without its own length is as long as all; a single payload ends where the padding begins.
          const size = form.length === 0 ? used + gap : 256
          const packet = packetOf(
            size,
            '820000',
            le((multiple ? 1 : 0) | (form.sequence << 1) | (form.padding << 3) | (form.length << 5), 1),
            le(form.replicated | (form.offset << 2) | (form.number << 4) | 0x40, 1),
            field(used + gap, form.length),
            field(9, form.sequence),
            field(gap, form.padding),
            le(5, 4),
            le(0, 2),
            multiple ? le(1 | (payloadLength << 6), 1) : '',
            payload
          )
          const { receiver, report } = await readGood(fileOf([packet], { packetSize: size }))
          expect(receiver.samples.map(({ time, bytes }) => [time, hex(bytes)])).toEqual([[70_000, hex(data)]])
          expect(report.warnings).toEqual([])
        }
      ),
      { numRuns: runs(300) }
    )
  })

  it('takes a payload without replicated data as a whole object at the send time', async () => {
    const data = run(SIZE - 3 - 2 - 6 - 4 - 3)
    const packet = packetOf(
      SIZE,
      '820000',
      '00',
      '5d',
      le(1500, 4),
      le(0, 2),
      '81',
      '05',
      le(0, 4),
      '00',
      data
    )
    const { receiver } = await readGood(fileOf([packet]))
    expect(receiver.samples.map(({ time, bytes }) => [time, bytes.length])).toEqual([[5_000_000, SIZE - 18]])
  })

  it('takes the sub-payloads of a compressed payload among others', async () => {
    const subs = ['05', run(5), '01', run(1, 50), '03', run(3, 60)]
    const packet = packetOf(
      SIZE,
      '820000 01 5d',
      le(0, 4),
      le(0, 2),
      '82',
      // The offset field holds the time of the first, the one replicated byte the step.
      bytesOf('81', '09', le(1100, 4), '01', '14', le(12, 2), ...subs),
      bytesOf('81', '0c', le(0, 4), '08', replicated(2, 300), le(2, 2), 'eeff')
    )
    const { receiver, report } = await readGood(fileOf([packet]))
    expect(receiver.samples.map(({ time, bytes }) => [time / 10_000, hex(bytes)])).toEqual([
      [100, hex(run(5))],
      [120, hex(run(1, 50))],
      [140, hex(run(3, 60))],
      [300, 'eeff'],
    ])
    expect(report.warnings).toEqual([])
  })

  it('skips a packet of opaque data with a warning', async () => {
    const good = packetOf(
      SIZE,
      '820000 01 5d',
      le(0, 4),
      le(0, 2),
      '81',
      '8101',
      le(0, 4),
      '08',
      replicated(2, 0),
      le(2, 2),
      'aabb'
    )
    const { receiver, report } = await readGood(fileOf([packetOf(SIZE, '92'), good, packetOf(SIZE, 'c2')]))
    expect(receiver.samples).toHaveLength(1)
    expect(report.warnings.map(({ what }) => what)).toEqual(Array(2).fill('packet of opaque data skipped'))
  })
})

describe('packets that lie', () => {
  const at = (file: Uint8Array, place: number): number => file.length - SIZE + place
  const payload = bytesOf('81', '01', le(0, 4), '08', replicated(4, 0), le(4, 2), 'a1a2a3a4')

  const liars: ReadonlyArray<readonly [string, number, ReadonlyArray<string | Uint8Array>]> = [
    ['padding that covers the header', 5, ['820000 09 5d', 'ff', le(0, 4), le(0, 2), '81', payload]],
    ['a packet length above the fixed one', 5, ['820000 21 5d', 'ff', le(0, 4), le(0, 2), '81', payload]],
    ['stream numbers that are not one byte', 4, ['820000 01 1d', le(0, 4), le(0, 2), '81', payload]],
    [
      'replicated data of 5 bytes',
      18,
      ['820000 01 5d', le(0, 4), le(0, 2), '81', '8101', le(0, 4), '05', run(99)],
    ],
    [
      'replicated data past the packet',
      12,
      ['820000 01 5d', le(0, 4), le(0, 2), '81', '8101', le(0, 4), 'fe', run(99)],
    ],
    [
      'a payload past the packet',
      27,
      ['820000 01 5d', le(0, 4), le(0, 2), '81', '8101', le(0, 4), '08', replicated(4, 0), 'ff00'],
    ],
    ['payloads of a packet without lengths', 12, ['820000 01 5d', le(0, 4), le(0, 2), '01', payload]],
    [
      'a sub-payload past its payload',
      22,
      ['820000 01 5d', le(0, 4), le(0, 2), '81', '8101', le(0, 4), '01 14', '0400', '09'],
    ],
  ]

  it.each(liars)('%s: a fault with its place, and a warning when salvaging', async (_, place, pieces) => {
    const packet = packetOf(SIZE, ...pieces)
    const good = packetOf(SIZE, '820000 01 5d', le(0, 4), le(0, 2), '81', payload)
    const file = fileOf([good, packet])
    const strict = await readWhole(file)
    expect(strict).toEqual(
      E.left(expect.objectContaining({ type: 'MalformedMedia', format: 'asf', at: at(file, place) }))
    )
    const { receiver, report } = await readGood(fileOf([good, packet, good]), { salvage: true })
    expect(receiver.samples).toHaveLength(2)
    expect(report.packets).toBe(3)
    expect(report.warnings).toHaveLength(1)
  })

  it('takes a payload that reaches into the padding, with a warning', async () => {
    const packet = packetOf(
      SIZE,
      '820000 09 5d',
      '60',
      le(0, 4),
      le(0, 2),
      '81',
      '8101',
      le(0, 4),
      '08',
      replicated(40, 0),
      '2800',
      run(40)
    )
    const { receiver, report } = await readGood(fileOf([packet]))
    expect(receiver.samples.map(({ bytes }) => hex(bytes))).toEqual([hex(run(40))])
    expect(report.warnings[0]?.what).toMatch(/reaches into the padding/)
  })

  it('warns once of a payload in the padding, however often the receiver has no room', async () => {
    const inside = bytesOf('81', '8101', le(0, 4), '08', replicated(40, 0), '2800', run(40))
    const packet = packetOf(SIZE, '820000 09 5d', '60', le(0, 4), le(0, 2), inside)
    const { receiver, report } = await readGood(fileOf([packet, packet]), { fullEvery: 2 })
    expect(receiver.samples).toHaveLength(2)
    expect(report.warnings).toHaveLength(2)
  })

  it.each([
    ['a payload header', 14, 12],
    ['replicated data and a payload length', 24, 12],
    ['a payload of at most 0 bytes', 30, 27],
  ])('holds a packet to its own length: it expects %s', async (expected, length, place) => {
    const packet = packetOf(SIZE, '820000 21 5d', le(length, 1), le(0, 4), le(0, 2), '81', payload)
    const file = fileOf([packet])
    const fault = { type: 'MalformedMedia', at: at(file, place + 1), expected }
    expect(await readWhole(file)).toEqual(E.left(expect.objectContaining(fault)))
  })

  it('takes a packet without payloads', async () => {
    const { receiver, report } = await readGood(
      fileOf([packetOf(SIZE, '820000 01 5d', le(0, 4), le(0, 2), '80')])
    )
    expect(receiver.samples).toEqual([])
    expect(report).toMatchObject({ packets: 1, warnings: [] })
  })

  it('skips empty payloads and those of streams that nobody described, once with a warning each', async () => {
    const stranger = bytesOf('85', '01', le(0, 4), '08', replicated(1, 0), '0100', 'aa')
    const zero = bytesOf('80', '01', le(0, 4), '08', replicated(1, 0), '0100', 'aa')
    const empty = bytesOf('81', '01', le(0, 4), '08', replicated(4, 0), '0000')
    const packet = packetOf(
      SIZE,
      '820000 01 5d',
      le(0, 4),
      le(0, 2),
      '85',
      stranger,
      zero,
      empty,
      stranger,
      payload
    )
    const { receiver, report } = await readGood(fileOf([packet]))
    expect(receiver.samples.map(({ bytes }) => hex(bytes))).toEqual(['a1a2a3a4'])
    expect(report.warnings).toHaveLength(3)
  })
})
