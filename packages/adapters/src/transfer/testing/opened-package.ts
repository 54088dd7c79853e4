import { createDecipheriv, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { boxesIn, childrenOf, only, type Box } from '../../../../../test/media/boxes'

/** A sample of a package, opened. */
export interface OpenedSample {
  /** Hexadecimal. */
  readonly iv: string
  readonly bytes: Buffer
}

/** What a track of a package holds. */
export interface OpenedTrack {
  readonly samples: ReadonlyArray<OpenedSample>
  /** Times, sizes and flags of each fragment as they stand, hexadecimal. */
  readonly tables: ReadonlyArray<string>
}

const BLOCK = 16
const IV_BYTES = 8
const FULL_BOX = 4

/** Opens a fragmented file with 8-byte ids under `cenc`. Deliberately not the reader under test. @source ISO/IEC 23001-7 */
export const openTrack = (path: string, key: KeyObject): OpenedTrack => {
  const file = readFileSync(path)
  const boxes = boxesIn(file)
  const samples: OpenedSample[] = []
  const tables: string[] = []
  boxes.forEach((box, index) => {
    if (box.type !== 'moof') return
    const media = boxes[index + 1]
    if (media?.type !== 'mdat') throw new Error('a fragment without its media')
    const traf = childrenOf(file, only(childrenOf(file, box), 'traf'))
    const run = only(traf, 'trun')
    tables.push(`${only(traf, 'tfdt').body.toString('hex')} ${run.body.toString('hex')}`)
    samples.push(...openFragment(media, sizesOf(run), only(traf, 'senc'), key))
  })
  return { samples, tables }
}

/** Fields that a run may have for all samples, and for each, 4 bytes each. @source ISO/IEC 14496-12 §8.8.8 */
const RUN_FIELDS = [0x1, 0x4]
const SAMPLE_FIELDS = [0x100, 0x200, 0x400, 0x800]
const SIZE = 0x200

const sizesOf = ({ body }: Box): ReadonlyArray<number> => {
  const flags = body.readUIntBE(1, 3)
  const count = body.readUInt32BE(FULL_BOX)
  const start = FULL_BOX + 4 + 4 * RUN_FIELDS.filter((field) => (flags & field) !== 0).length
  const fields = SAMPLE_FIELDS.filter((field) => (flags & field) !== 0)
  return Array.from({ length: count }, (_, row) => body.readUInt32BE(start + 4 * (row * fields.length + fields.indexOf(SIZE))))
}

const openFragment = (media: Box, sizes: ReadonlyArray<number>, { body }: Box, key: KeyObject): ReadonlyArray<OpenedSample> => {
  const hasRanges = (body.readUIntBE(1, 3) & 2) !== 0
  let at = FULL_BOX + 4
  let from = 0
  return sizes.map((size) => {
    const iv = body.subarray(at, (at += IV_BYTES))
    const ranges: Array<readonly [clear: number, covered: number]> = []
    if (hasRanges) {
      const count = body.readUInt16BE(at)
      at += 2
      for (let range = 0; range < count; range += 1, at += 6) ranges.push([body.readUInt16BE(at), body.readUInt32BE(at + 2)])
    } else ranges.push([0, size])
    const bytes = Buffer.from(media.body.subarray(from, (from += size)))
    const decipher = createDecipheriv('aes-128-ctr', key, Buffer.concat([iv, Buffer.alloc(BLOCK - IV_BYTES)]))
    let place = 0
    for (const [clear, covered] of ranges) {
      place += clear
      decipher.update(bytes.subarray(place, place + covered)).copy(bytes, place)
      place += covered
    }
    return { iv: iv.toString('hex'), bytes }
  })
}
