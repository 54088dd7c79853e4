import type { Mp4Receiver } from '../read/mp4-receiver'
import type { Mp4Sample } from '../read/samples/listed-sample'

/** A sample with its bytes as they stand in the file. */
export interface CollectedSample extends Mp4Sample {
  readonly bytes: Uint8Array
}

/** Keeps all samples. */
export const collectingMp4Receiver = (): Mp4Receiver & { readonly samples: ReadonlyArray<CollectedSample> } => {
  const samples: CollectedSample[] = []
  return {
    samples,
    cancelled: () => false,
    begin: (sample) => samples.push({ ...sample, bytes: new Uint8Array(sample.size) }) - 1,
    ready: () => Promise.resolve(),
    write: (slot, bytes, into) => {
      samples[slot]?.bytes.set(bytes, into)
    },
    complete: () => undefined,
  }
}
