import * as E from 'fp-ts/Either'

import type { MediaFault, SampleInfoMissing } from '../../../fault/pipeline-fault'
import type { Box } from '../box-tree'
import type { SampleDefaults } from '../movie'
import type { Mp4Sample } from './listed-sample'
import type { HeaderBytes } from './sample-info'
import { sampleProtector, type TrackProtectionTable } from './sample-protector'
import { MOST_SAMPLES, readTrackRun, type TrackRun } from './track-run'

/** What fragments build on. */
export interface FragmentContext {
  readonly defaults: ReadonlyMap<number, SampleDefaults>
  readonly tracks: ReadonlyMap<number, TrackProtectionTable>
  /** The decode time at which the last fragment of each track ended. Kept up to date. */
  readonly ended: Map<number, number>
}

type Samples = E.Either<MediaFault | SampleInfoMissing, ReadonlyArray<Mp4Sample>>

const protectRun = (traf: Box, run: TrackRun, header: HeaderBytes, table: TrackProtectionTable | undefined): Samples => {
  const { track, description, base } = run
  const protect = sampleProtector({ track, container: traf, base, header }, table)
  if (E.isLeft(protect)) return protect
  const samples: Mp4Sample[] = []
  for (const listed of run.samples) {
    const sample = protect.right(listed, description)
    if (E.isLeft(sample)) return sample
    samples.push(sample.right)
  }
  return E.right(samples)
}

/**
 * The samples of a fragment in the order of their places in the file, with all that opens them.
 *
 * @param bytes of the `moof`, from its header on.
 * @errors `MalformedMedia`, `UnsupportedMedia`; `SampleInfoMissing` where samples of a protected entry have no vector.
 * @source ISO/IEC 14496-12, 8.8; ISO/IEC 23001-7
 */
export const fragmentSamples = (moof: Box, bytes: Uint8Array, { defaults, tracks, ended }: FragmentContext): Samples => {
  const samples: Mp4Sample[] = []
  let before = moof.at
  for (const traf of moof.children.filter((box) => box.type === 'traf')) {
    const run = readTrackRun(traf, { moof: moof.at, defaults, before, ended: (track) => ended.get(track) ?? 0 })
    if (E.isLeft(run)) return run
    if (run.right === undefined) continue
    const listed = protectRun(traf, run.right, { bytes, at: moof.at }, tracks.get(run.right.track))
    if (E.isLeft(listed)) return listed
    const last = listed.right[listed.right.length - 1]
    if (last !== undefined) {
      before = last.at + last.size
      ended.set(last.track, last.decodeTime + last.duration)
    }
    if (samples.length + listed.right.length > MOST_SAMPLES) {
      return E.left({ type: 'UnsupportedMedia', at: traf.at, what: `more than ${String(MOST_SAMPLES)} samples in a fragment` })
    }
    for (const sample of listed.right) samples.push(sample)
  }
  return E.right(samples.sort((one, other) => one.at - other.at))
}
