import { buildFragment } from '../write/build-fragment'
import { buildInit } from '../write/build-init'
import type { Fragment } from '../write/fragment'
import type { Mp4Track } from '../write/mp4-track'

/** A fragment without what follows from its samples, and the samples. */
export interface FragmentPart {
  readonly fragment: Omit<Fragment, 'sizes' | 'count'>
  readonly samples: ReadonlyArray<Uint8Array>
}

/** A whole file: the header and, for each part, a fragment with its media bytes behind. */
export const fileOf = (track: Mp4Track, parts: ReadonlyArray<FragmentPart>): Uint8Array =>
  Buffer.concat([
    buildInit(track),
    ...parts.flatMap(({ fragment, samples }) => {
      const sizes = samples.map((sample) => sample.length)
      const { head } = buildFragment({ ...fragment, sizes, count: samples.length })
      return [head, ...samples]
    }),
  ])
