/** How the order of pictures is told. @source ITU-T H.264, 8.2.1 */
export type PictureOrderRule =
  | { readonly type: 0; /** Bits of `pic_order_cnt_lsb`. */ readonly lsbBits: number }
  | {
      readonly type: 1
      readonly deltaAlwaysZero: boolean
      readonly offsetForNonReference: number
      readonly offsetTopToBottom: number
      /** Expected differences within one cycle of reference pictures, at most 255. */
      readonly offsetsInCycle: ReadonlyArray<number>
    }
  | { readonly type: 2 }

/** The clock of the pictures. `timeScale / numUnitsInTick` ticks a second, two ticks a picture. */
export interface SpsTiming {
  readonly numUnitsInTick: number
  readonly timeScale: number
  readonly fixedFrameRate: boolean
}

/** What a sequence parameter set says that reading, timing and describing need. */
export interface Sps {
  readonly id: number
  readonly profile: number
  /** The constraint flags, the first one highest. */
  readonly constraints: number
  readonly level: number
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormat: number
  readonly separateColourPlanes: boolean
  readonly bitDepthLuma: number
  readonly bitDepthChroma: number
  /** Bits of `frame_num`. */
  readonly frameNumBits: number
  readonly pictureOrder: PictureOrderRule
  readonly maxNumRefFrames: number
  readonly frameMbsOnly: boolean
  /** Slice group map units in a picture. */
  readonly mapUnits: number
  /** Displayed samples of luma, cropping taken off. */
  readonly width: number
  readonly height: number
  readonly timing?: SpsTiming
  /** Most frames that come before another in decoding order and after it in output order, where the set says so. */
  readonly maxNumReorderFrames?: number
}
