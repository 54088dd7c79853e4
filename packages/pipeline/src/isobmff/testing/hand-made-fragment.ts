import { i32, u32, u64 } from '../write/big-endian'
import { box, fullBox, joined } from '../write/box'

/** A fragment of one track, box by box. */
export interface HandMadeFragment {
  readonly track: number
  readonly decodeTime: number
  readonly samples: ReadonlyArray<Uint8Array>
  /** Boxes of the `traf` behind its run; told how many bytes of the `moof` come before each. */
  readonly boxes?: ReadonlyArray<(before: number) => Uint8Array>
  /** Of the sample entry; 1 where it is left out. */
  readonly description?: number
}

const DURATION = 40
const BASE_IS_MOOF = 0x2_0000
const DESCRIPTION = 0x2
/** Data offset and sizes. */
const RUN = 0x1 | 0x200
const MOOF_AND_TRAF = 16

/** The bytes of the fragment, its media bytes behind. */
export const handMadeFragment = ({ track, decodeTime, samples, boxes = [], description = 1 }: HandMadeFragment): Uint8Array => {
  const mfhd = fullBox('mfhd', 0, 0, u32(1))
  const tfhd = fullBox('tfhd', 0, BASE_IS_MOOF | DESCRIPTION | 0x8, u32(track), u32(description), u32(DURATION))
  const tfdt = fullBox('tfdt', 1, 0, u64(decodeTime))
  const run = (offset: number): Uint8Array =>
    fullBox('trun', 0, RUN, u32(samples.length), i32(offset), u32(...samples.map(({ length }) => length)))
  let before = MOOF_AND_TRAF + mfhd.length + tfhd.length + tfdt.length + run(0).length
  const others = boxes.map((made) => {
    const bytes = made(before)
    before += bytes.length
    return bytes
  })
  const moof = (offset: number): Uint8Array => box('moof', mfhd, box('traf', tfhd, tfdt, run(offset), ...others))
  return joined([moof(moof(0).length + 8), box('mdat', ...samples)])
}
