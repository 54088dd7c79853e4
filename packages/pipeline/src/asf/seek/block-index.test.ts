import { createWarningLog } from '../../media/warning-log'
import { readGuid } from '../guid/guid-text'
import { bytesOf, le, objectOf } from '../testing/hand-made'
import { readBlockIndex } from './block-index'
import { readSimpleIndex } from './simple-index'

const INDEX = 'd329e2d6da35d111903400a0c90349be'
const OBJECT_INDEX = 'f803b1fead12644c840f2a1d2f7ad48c'
const TIMECODE_INDEX = 'd03fb73c4a0c0348953dedf7b6228f0c'
const SIMPLE = '90080033b1e5cf1189f400a0c90349cb'
const AT = 5000

const read = (bytes: Uint8Array) => {
  const warnings = createWarningLog()
  const index = readBlockIndex({ guid: readGuid(bytes, 0), at: AT, bytes }, 'Index', warnings)
  return { index, warnings: warnings.list() }
}

/** Two blocks of two entries and one, for two streams. @source docs/reference/asf.md §5 */
const blocks = (range: string, code: (entry: number) => string): ReadonlyArray<string> => [
  le(2, 4) + range + le(100, 8) + le(0, 8),
  code(0) + le(1, 4) + le(2, 4),
  code(1) + le(3, 4) + 'ffffffff',
  le(1, 4) + range + le(2n ** 40n, 8) + le(7, 8),
  code(2) + le(5, 4) + le(6, 4),
]
const specifiers = le(1, 2) + le(3, 2) + le(2, 2) + le(1, 2)

describe('indexes of blocks', () => {
  it.each([
    ['Index', INDEX, 1000],
    ['Media Object Index', OBJECT_INDEX, 25],
  ])('%s: offsets count from the position of their block', (_, guid, interval) => {
    const { index, warnings } = read(objectOf(guid, le(interval, 4) + le(2, 2) + le(2, 4), specifiers, ...blocks('', () => '')))
    expect(warnings).toEqual([])
    expect(index).toMatchObject({
      interval,
      count: 3,
      specifiers: [
        { stream: 1, type: 3 },
        { stream: 2, type: 1 },
      ],
    })
    expect([0, 1, 2, 3].map((entry) => index?.offsetOf(0, entry))).toEqual([101, 103, 2 ** 40 + 5, undefined])
    expect([0, 1, 2, 3].map((entry) => index?.offsetOf(1, entry))).toEqual([2, undefined, 13, undefined])
    expect(index?.offsetOf(2, 0)).toBeUndefined()
    expect(index?.timecodeOf(0)).toBeUndefined()
  })

  it('Timecode Index: a range in each block, a timecode in each entry', () => {
    const body = [le(1, 4) + le(2, 2) + le(2, 4), specifiers, ...blocks(le(9, 2), (entry) => le(0x0100_0000 + entry, 4))]
    const { index, warnings } = read(objectOf(TIMECODE_INDEX, ...body))
    expect(warnings).toEqual([])
    expect(index?.count).toBe(3)
    expect([0, 1, 2, 3].map((entry) => index?.timecodeOf(entry))).toEqual([0x0100_0000, 0x0100_0001, 0x0100_0002, undefined])
    expect([0, 1, 2].map((entry) => index?.offsetOf(0, entry))).toEqual([101, 103, 2 ** 40 + 5])
  })

  it('cut at any byte, reads whole blocks and says where it ends', () => {
    const whole = objectOf(INDEX, le(1000, 4) + le(2, 2) + le(2, 4), specifiers, ...blocks('', () => ''))
    for (let length = 24; length < whole.length; length += 1) {
      const { index, warnings } = read(whole.subarray(0, length))
      expect(warnings).toEqual([{ offset: AT + length, what: 'Index ends within its fields' }])
      // Frame and front 34, specifiers 8, first block 4 + 16 + 16.
      expect(index?.count).toBe(length < 78 ? 0 : 2)
    }
  })

  it('is none of another kind', () => {
    expect(read(objectOf(SIMPLE, new Uint8Array(32))).index).toBeUndefined()
  })

  it('answers quickly for many blocks whose entries point nowhere', () => {
    const many = 4000
    const block = bytesOf(le(20, 4) + le(0, 8) + 'ffffffff'.repeat(20))
    const body = new Uint8Array(many * block.length)
    for (let at = 0; at < body.length; at += block.length) body.set(block, at)
    const { index } = read(objectOf(INDEX, le(1, 4) + le(1, 2) + le(many, 4), le(1, 2) + le(3, 2), body))
    const began = performance.now()
    for (let entry = 0; entry < many * 20; entry += 1) index?.offsetOf(0, entry)
    expect(performance.now() - began).toBeLessThan(1000)
    expect(index?.count).toBe(many * 20)
  })
})

describe('Simple Index', () => {
  const entries = le(4, 4) + le(2, 2) + le(9, 4) + le(1, 2)
  const object = (count: number): Uint8Array =>
    objectOf(SIMPLE, '00'.repeat(16), le(10_000_000, 8), le(2, 4), le(count, 4), entries)

  it('has a packet and a number of packets in each entry', () => {
    const index = readSimpleIndex({ guid: '', at: AT, bytes: object(2) }, createWarningLog())
    expect(index).toMatchObject({ interval: 10_000_000, count: 2 })
    expect([0, 1].map((entry) => [index.packetOf(entry), index.spanOf(entry)])).toEqual([
      [4, 2],
      [9, 1],
    ])
  })

  it('has as many entries as are there, whatever it counts', () => {
    const warnings = createWarningLog()
    expect(readSimpleIndex({ guid: '', at: AT, bytes: object(0xffff_ffff) }, warnings).count).toBe(2)
    expect(warnings.list()).toEqual([{ offset: AT + 24 + 28, what: 'Simple Index counts 4294967295 entries and has 2' }])
    expect(readSimpleIndex({ guid: '', at: AT, bytes: object(2).subarray(0, 40) }, warnings).count).toBe(0)
  })
})
