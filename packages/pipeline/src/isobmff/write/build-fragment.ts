import type { Fragment } from './fragment'
import { writeFragmentHead } from './fragment-head'
import { fragmentLayout } from './fragment-layout'

/** What stands in front of the media bytes of a fragment. */
export interface FragmentHead {
  /** `moof` and the header of `mdat`. */
  readonly head: Uint8Array
  /** How many media bytes the caller writes right behind. */
  readonly mediaBytes: number
}

/**
 * The boxes in front of a fragment's samples, in one allocation. Values that all samples share are written once.
 * `saiz` can count no more than 255 bytes a sample: when one has more (40 runs with an IV of 16 bytes, 41 with
 * one of 8), the fragment has `senc` alone.
 *
 * @errors Throws `RangeError` when a number does not fit its field, or the samples are 4 GiB or more.
 * @source ISO/IEC 14496-12, 8.8; ISO/IEC 23001-7, 7
 */
export const buildFragment = (fragment: Fragment): FragmentHead => {
  const layout = fragmentLayout(fragment)
  return { head: writeFragmentHead(fragment, layout), mediaBytes: layout.mediaBytes }
}
