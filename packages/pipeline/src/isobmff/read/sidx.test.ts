import * as E from 'fp-ts/Either'

import { boxAt, mp4boxBoxes } from '../testing/mp4box-boxes'
import { buildSidx, sidxBytes, type SegmentIndex } from '../write/build-sidx'
import { readBoxTree, type Box } from './box-tree'
import { readSidx } from './sidx'

const INDEX: SegmentIndex = {
  trackId: 3,
  timescale: 90_000,
  earliest: 2 ** 33 + 1,
  firstOffset: 2 ** 32 + 7,
  segments: [
    { size: 1000, duration: 180_000, startsWithSync: true },
    { size: 2_000_000_000, duration: 90_000, startsWithSync: false },
  ],
}

const boxOf = (bytes: Uint8Array): Box => {
  const tree = readBoxTree({ bytes, at: 0, length: bytes.length, depth: 0 })
  if (E.isLeft(tree)) throw new Error(JSON.stringify(tree.left))
  return tree.right.boxes[0] as Box
}

describe('an index of segments (ISO/IEC 14496-12, 8.16.3)', () => {
  it('is read as it was written, by us and by mp4box', () => {
    const bytes = buildSidx(INDEX)
    expect(bytes).toHaveLength(sidxBytes(2))
    expect(readSidx(boxOf(bytes))).toEqual(E.right(INDEX))
    expect(boxAt(mp4boxBoxes(bytes), 'sidx')).toMatchObject({
      reference_ID: 3,
      timescale: 90_000,
      references: [
        { referenced_size: 1000, subsegment_duration: 180_000, starts_with_SAP: 1, SAP_type: 1, reference_type: 0 },
        { referenced_size: 2_000_000_000, subsegment_duration: 90_000, starts_with_SAP: 0 },
      ],
    })
  })

  it('is refused where it is cut or an index of indexes, and not written past its fields', () => {
    const bytes = buildSidx(INDEX)
    const cut = bytes.slice(0, -1)
    new DataView(cut.buffer).setUint32(0, cut.length)
    expect(readSidx(boxOf(cut))).toMatchObject(E.left({ type: 'MalformedMedia', found: '2' }))
    bytes[40] = 0x80
    expect(readSidx(boxOf(bytes))).toMatchObject(E.left({ type: 'UnsupportedMedia', what: 'an index of indexes' }))
    expect(() => buildSidx({ ...INDEX, segments: [{ size: 2 ** 31, duration: 1, startsWithSync: true }] })).toThrow(RangeError)
  })
})
