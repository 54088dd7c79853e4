import * as E from 'fp-ts/Either'

import { editList, type TestEdit } from '../../testing/edited-movie'
import { u32 } from '../../write/big-endian'
import { box, fullBox, joined } from '../../write/box'
import { readBoxTree, type Box } from '../box-tree'
import type { Movie } from '../movie'
import { readShifts } from './edit-shift'

const MOVIE_UNITS = 1000
const TRACK_UNITS = 48_000

const movieWith = (edts: Uint8Array): Box => {
  const mvhd = fullBox('mvhd', 0, 0, u32(0, 0, MOVIE_UNITS, 0))
  const tkhd = fullBox('tkhd', 0, 7, u32(0, 0, 5, 0))
  const bytes = box('moov', mvhd, box('trak', tkhd, edts))
  const tree = readBoxTree({ bytes, at: 0, length: bytes.length, depth: 0 })
  if (E.isLeft(tree)) throw new Error(JSON.stringify(tree.left))
  return tree.right.boxes[0] as Box
}
const movie = { tracks: [{ number: 5, timescale: TRACK_UNITS }] } as unknown as Movie
const shift = (edits: ReadonlyArray<TestEdit>, version: 0 | 1 = 0) =>
  E.map((shifts: ReadonlyMap<number, number>) => shifts.get(5))(readShifts(movieWith(editList(edits, version)), movie))

describe('the edit list of a track (ISO/IEC 14496-12, 8.6.6)', () => {
  it('trims the start, and puts a pause in front', () => {
    expect(shift([{ duration: 0, mediaTime: 1024 }])).toEqual(E.right(-1024))
    expect(shift([{ duration: 250, mediaTime: -1 }, { duration: 0, mediaTime: 0 }])).toEqual(E.right(12_000))
    expect(shift([{ duration: 250, mediaTime: -1 }, { duration: 0, mediaTime: 1024 }], 1)).toEqual(E.right(10_976))
    expect(shift([])).toEqual(E.right(0))
    expect(readShifts(movieWith(new Uint8Array()), movie)).toEqual(E.right(new Map([[5, 0]])))
  })

  it('may be in parts that follow each other', () => {
    expect(shift([{ duration: 500, mediaTime: 1024 }, { duration: 500, mediaTime: 25_024 }])).toEqual(E.right(-1024))
  })

  it.each<readonly [string, ReadonlyArray<TestEdit>]>([
    ['that leaves something out', [{ duration: 500, mediaTime: 0 }, { duration: 500, mediaTime: 48_000 }]],
    ['that repeats', [{ duration: 500, mediaTime: 0 }, { duration: 500, mediaTime: 0 }]],
    ['that pauses', [{ duration: 500, mediaTime: 0 }, { duration: 500, mediaTime: -1 }, { duration: 500, mediaTime: 24_000 }]],
    ['that stands still', [{ duration: 500, mediaTime: 0, rate: 0 }]],
    ['of double speed', [{ duration: 500, mediaTime: 0, rate: 2 }]],
  ])('is refused by name: one %s', (_, edits) => {
    expect(shift(edits)).toMatchObject(E.left({ type: 'UnsupportedMedia', at: expect.any(Number), what: expect.stringMatching(/^an edit list/) }))
  })

  it('is refused where it has fewer rows than it says', () => {
    const cut = box('edts', joined([fullBox('elst', 0, 0, u32(1000, 0, 0, 0x1_0000))]))
    expect(readShifts(movieWith(cut), movie)).toMatchObject(E.left({ type: 'MalformedMedia', found: '1000' }))
  })
})
