/** What the header of one slice segment says; written anew by each `parse` into the same object. */
export interface SliceSegmentHeader {
  nalUnitType: number
  temporalId: number
  firstInPicture: boolean
  /** Takes all but its place from the segment before; the fields below `address` are of no slice. */
  dependent: boolean
  ppsId: number
  /** Number of its first tree block. */
  address: number
  /** 0 B, 1 P, 2 I. */
  sliceType: number
  /** 0 in IDR pictures. */
  pictureOrderLsb: number
  entryPoints: number
  /** Offset of the first whole byte behind the header, emulation prevention bytes counted. */
  headerEnd: number
  /** Bits from the start of the NAL unit to the end of the header, `byte_alignment()` counted, emulation prevention not. */
  headerBits: number
}

/** An empty header to be written into. */
export const createSliceSegmentHeader = (): SliceSegmentHeader => ({
  nalUnitType: 0,
  temporalId: 0,
  firstInPicture: false,
  dependent: false,
  ppsId: 0,
  address: 0,
  sliceType: 0,
  pictureOrderLsb: 0,
  entryPoints: 0,
  headerEnd: 0,
  headerBits: 0,
})
