import { i32, u32, u64 } from '../write/big-endian'
import { box, fullBox } from '../write/box'

/** An edit in units of the movie and of the track. */
export interface TestEdit {
  readonly duration: number
  readonly mediaTime: number
  /** 1 where it is left out. */
  readonly rate?: number
}

/** An `edts` of version 0 or 1. */
export const editList = (edits: ReadonlyArray<TestEdit>, version: 0 | 1 = 0): Uint8Array =>
  box(
    'edts',
    fullBox(
      'elst',
      version,
      0,
      u32(edits.length),
      ...edits.flatMap(({ duration, mediaTime, rate = 1 }) => [
        version === 1 ? u64(duration) : u32(duration),
        ...(version === 1 ? [i32(mediaTime < 0 ? -1 : 0), i32(mediaTime)] : [i32(mediaTime)]),
        u32(rate * 0x1_0000),
      ])
    )
  )
