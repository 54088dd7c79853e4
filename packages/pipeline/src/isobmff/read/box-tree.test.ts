import * as E from 'fp-ts/Either'

import { readBoxTree } from './box-tree'
import type { Box } from './box-tree'

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

/** Types in 4CC hex. */
const MOOV = '6d6f6f76'
const TRAK = '7472616b'
const FREE = '66726565'

const read = (hex: string, length = bytesOf(hex).length) =>
  readBoxTree({ bytes: bytesOf(hex), at: 1000, length, depth: 1 })

const shape = (boxes: ReadonlyArray<Box>): unknown =>
  boxes.map(({ type, at, body, children }) => ({ type, at, bytes: body.length, children: shape(children) }))

const shapeOf = (hex: string, length?: number): unknown =>
  E.map(({ boxes, cut }: { boxes: ReadonlyArray<Box>; cut: boolean }) => ({ boxes: shape(boxes), cut }))(
    read(hex, length)
  )

describe('a run of boxes', () => {
  it('descends into containers only', () => {
    expect(shapeOf(`00000011 ${MOOV} 00000009 ${FREE} aa 00000008 ${FREE}`)).toEqual(
      E.right({
        boxes: [
          { type: 'moov', at: 1000, bytes: 9, children: [{ type: 'free', at: 1008, bytes: 1, children: [] }] },
          { type: 'free', at: 1017, bytes: 0, children: [] },
        ],
        cut: false,
      })
    )
  })

  it('takes a size of 0 to the end of the parent, and 1 as 64 bits', () => {
    expect(shapeOf(`00000012 ${MOOV} 00000000 ${FREE} aabb`)).toEqual(
      E.right({
        boxes: [{ type: 'moov', at: 1000, bytes: 10, children: [{ type: 'free', at: 1008, bytes: 2, children: [] }] }],
        cut: false,
      })
    )
    expect(shapeOf(`00000001 ${FREE} 0000000000000011 aa`)).toEqual(
      E.right({ boxes: [{ type: 'free', at: 1000, bytes: 1, children: [] }], cut: false })
    )
  })

  it('passes over the four zero bytes that close a QuickTime list', () => {
    expect(shapeOf(`00000008 ${FREE} 00000000`)).toMatchObject(E.right({ boxes: [{ type: 'free' }], cut: false }))
  })

  it.each([
    ['a size below 8', `00000007 ${FREE}`, 1000],
    ['a 64-bit size below 16', `00000001 ${FREE} 000000000000000f`, 1000],
    ['a box past its run', `00000009 ${FREE}`, 1000],
    ['a child past its parent', `00000010 ${MOOV} 00000009 ${FREE} aa`, 1008],
    ['a 64-bit size past everything', `00000001 ${FREE} ffffffffffffffff`, 1000],
    ['a rest that is no header', `00000008 ${FREE} 000001`, 1008],
    ['half of a 64-bit size', `00000008 ${FREE} 00000001 ${FREE} 0000`, 1008],
  ])('refuses %s', (_, hex, at) => {
    expect(read(hex)).toMatchObject(E.left({ type: 'MalformedMedia', format: 'mp4', at }))
  })

  const nested = (levels: number): string =>
    Array.from({ length: levels }).reduce<string>(
      (inner) => ((inner.length / 2 + 8).toString(16).padStart(8, '0')) + TRAK + inner,
      ''
    )

  it('goes 16 deep and no deeper', () => {
    expect(read(nested(15))).toMatchObject(E.right({ cut: false }))
    expect(read(nested(17))).toMatchObject(E.left({ type: 'MalformedMedia', expected: 'boxes at most 16 deep' }))
  })

  it('refuses more boxes than any file has', () => {
    expect(read(`00000008${FREE}`.repeat(65_536))).toMatchObject(E.right({ cut: false }))
    expect(read(`00000008${FREE}`.repeat(65_537))).toMatchObject(E.left({ type: 'UnsupportedMedia' }))
  })

  it('keeps what is whole when the bytes end before the run does', () => {
    const whole = `00000021 ${MOOV} 00000008 ${FREE} 00000011 ${TRAK} 00000009 ${FREE} aa`
    for (let length = 0; length < bytesOf(whole).length; length += 1) {
      const bytes = bytesOf(whole).subarray(0, length)
      expect(readBoxTree({ bytes, at: 0, length: 33, depth: 1 })).toMatchObject(E.right({ cut: true }))
    }
    expect(shapeOf(whole.slice(0, -2), 33)).toMatchObject(
      E.right({ boxes: [{ type: 'moov', children: [{ type: 'free' }, { type: 'trak', children: [] }] }], cut: true })
    )
  })

  it('names the boxes of PIFF as those of today', () => {
    const tenc = '8974dbce7be74c5184f97148f9882554'
    expect(shapeOf(`00000019 75756964 ${tenc} aa`)).toEqual(
      E.right({ boxes: [{ type: 'tenc', at: 1000, bytes: 1, children: [] }], cut: false })
    )
  })
})
