import type { KeyRun } from './key-groups'

/** How the samples of a fragment are protected, one entry a sample. */
export interface FragmentCrypto {
  readonly ivSize: 0 | 8 | 16
  /** `count` × `ivSize` bytes, in order of the samples. */
  readonly ivs: Uint8Array
  /** Clear and protected runs within the samples; absent when samples are protected whole. */
  readonly subsamples?: {
    /** Where the runs of each sample begin in the two lists; `count` + 1 entries, the last is their length. */
    readonly first: ArrayLike<number>
    /** Bytes; any number, long runs are split as the box wants it. */
    readonly clear: ArrayLike<number>
    readonly protected: ArrayLike<number>
  }
  /** Runs of samples under keys of their own, in order; all are under that of the track where it is left out. */
  readonly keys?: ReadonlyArray<KeyRun>
  /** The information of samples stands in PIFF's `uuid` box, for readers that are older than `senc`. */
  readonly isPiff?: boolean
}

/** A run of samples of one track. Lists may be longer than `count`; only the first `count` entries are read. */
export interface Fragment {
  /** 1 for the first fragment of a file, then counting. */
  readonly sequence: number
  readonly trackId: number
  /** Decode time of the first sample, timescale units. */
  readonly baseDecodeTime: number
  readonly count: number
  /** Bytes of each sample. */
  readonly sizes: ArrayLike<number>
  /** Timescale units. */
  readonly durations: ArrayLike<number>
  /** Presentation time less decode time, timescale units; may be negative. */
  readonly compositionOffsets?: ArrayLike<number>
  /** 1 when the sample can be decoded without any other, else 0. */
  readonly sync: ArrayLike<number>
  readonly crypto?: FragmentCrypto
}
