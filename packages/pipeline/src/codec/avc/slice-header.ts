/** What the header of one slice says; written anew by each `parseSliceHeader` into the same object. */
export interface SliceHeader {
  nalUnitType: number
  /** 0 when no other picture refers to this one. */
  nalRefIdc: number
  idr: boolean
  firstMacroblock: number
  /** 0 P, 1 B, 2 I, 3 SP, 4 SI. */
  sliceType: number
  ppsId: number
  frameNum: number
  fieldPicture: boolean
  bottomField: boolean
  /** 0 outside IDR pictures. */
  idrPicId: number
  pictureOrderLsb: number
  deltaPictureOrderBottom: number
  /** `delta_pic_order_cnt[0]` and `[1]`. */
  deltaPictureOrder0: number
  deltaPictureOrder1: number
  /** Above 0 for a slice that repeats a part of the picture. */
  redundantPicture: number
  /** `memory_management_control_operation` 5: picture order begins anew behind this picture. */
  resetsOrder: boolean
  /** Offset of the first whole byte behind the header, emulation prevention bytes counted. */
  headerEnd: number
  /** Bits from the start of the NAL unit to the end of the header, without emulation prevention bytes. */
  headerBits: number
}

/** An empty header to be written into. */
export const createSliceHeader = (): SliceHeader => ({
  nalUnitType: 0,
  nalRefIdc: 0,
  idr: false,
  firstMacroblock: 0,
  sliceType: 0,
  ppsId: 0,
  frameNum: 0,
  fieldPicture: false,
  bottomField: false,
  idrPicId: 0,
  pictureOrderLsb: 0,
  deltaPictureOrderBottom: 0,
  deltaPictureOrder0: 0,
  deltaPictureOrder1: 0,
  redundantPicture: 0,
  resetsOrder: false,
  headerEnd: 0,
  headerBits: 0,
})
