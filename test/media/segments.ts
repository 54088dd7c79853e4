import { createFile, MP4BoxBuffer } from 'mp4box'

import { boxesIn } from './boxes'

/** One sample as a reader that is not ours places it. */
export interface PlacedSample {
  readonly offset: number
  readonly size: number
  readonly cts: number
  readonly dts: number
  readonly timescale: number
  readonly is_sync: boolean
}

/** The samples of a one-track file by mp4box. */
export const placedSamples = (bytes: Buffer): ReadonlyArray<PlacedSample> => {
  const file = createFile()
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0))
  file.flush()
  return file.getTrackSamplesInfo(1)
}

/** Seconds that a segment lasts at least. @source docs/adr/0013-segments-at-sync-samples.md */
const LEAST_SEGMENT = 2
const MDAT_HEADER = 8

/** Where the parts of a file have to begin and end: a segment is a run of fragments that begins at a sync sample. */
export const partsOf = (bytes: Buffer): { readonly init: number; readonly segments: ReadonlyArray<readonly [number, number]> } => {
  const samples = placedSamples(bytes)
  const moofs = boxesIn(bytes).filter(({ type }) => type === 'moof')
  const starts: number[] = []
  let since = Number.NEGATIVE_INFINITY
  for (const { at, end } of moofs) {
    const first = samples.find(({ offset }) => offset === end + MDAT_HEADER)
    if (first === undefined) throw new Error(`no sample begins the fragment at ${String(at)}`)
    const time = first.dts / first.timescale
    if (!first.is_sync || time - since < LEAST_SEGMENT) continue
    starts.push(at)
    since = time
  }
  return { init: moofs[0]?.at ?? 0, segments: starts.map((at, index) => [at, (starts[index + 1] ?? bytes.length) - 1] as const) }
}
