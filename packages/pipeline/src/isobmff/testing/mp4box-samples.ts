import { createFile, MP4BoxBuffer } from 'mp4box'

/** A sample as mp4box.js places it; times in timescale units. */
export interface ReadSample {
  readonly offset: number
  readonly size: number
  readonly dts: number
  readonly cts: number
  readonly duration: number
  readonly is_sync: boolean
}

/** Lists the samples of a track with mp4box.js; the file may be fragmented or not. */
export const mp4boxSamples = (bytes: Uint8Array, trackId: number): ReadonlyArray<ReadSample> => {
  const file = createFile()
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0))
  file.flush()
  return file.getTrackSamplesInfo(trackId)
}
