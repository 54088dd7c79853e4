import type { HevcVui } from './parse-vui'
import type { ProfileTierLevel } from './profile-tier-level'
import type { ShortTermSet } from './short-term-set'

/** What a sequence parameter set says that reading, timing and describing need. */
export interface HevcSps extends Partial<HevcVui> {
  readonly id: number
  readonly maxSubLayers: number
  readonly temporalIdNesting: boolean
  readonly profile: ProfileTierLevel
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormat: number
  readonly separateColourPlanes: boolean
  readonly bitDepthLuma: number
  readonly bitDepthChroma: number
  /** Displayed samples of luma, cropping taken off. */
  readonly width: number
  readonly height: number
  /** Coding tree blocks of a picture, and rows of them. */
  readonly treeBlocks: number
  readonly treeBlockRows: number
  /** Bits of `slice_pic_order_cnt_lsb`. */
  readonly orderBits: number
  /** Most pictures that come before another in decoding order and after it in output order. */
  readonly maxNumReorder: number
  readonly sampleAdaptiveOffset: boolean
  readonly shortTermSets: ReadonlyArray<ShortTermSet>
  readonly longTerm: boolean
  /** For each long-term picture that slices may name by number: whether the picture at hand refers to it. */
  readonly longTermUsed: ReadonlyArray<boolean>
  readonly temporalMotion: boolean
  /** Slice headers choose whether motion vectors are whole numbers. */
  readonly choosesIntegerMotion: boolean
}
