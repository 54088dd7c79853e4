import type { KeyId } from '@custody/core/identity'
import type { Secret } from '@custody/core/secret'
import type { Pool } from '@custody/pipeline/lease'

import type { Adapter, ExportScheme } from '../contract/adapter'

/** What is to be exported, and where to. */
export interface ExportRequest {
  /** A protected ASF file. */
  readonly input: string
  /** Folder that is to hold the package. */
  readonly directory: string
  readonly adapter: Adapter
  /** Default: the adapter's first. */
  readonly scheme?: ExportScheme
  /**
   * Keys of the user's own that the package is to be protected with: one for all tracks, or one for each, of 16 bytes.
   * Default: a fresh one for each track. The caller wipes what it gives.
   */
  readonly targetKeys?: ReadonlyArray<{ readonly keyId: KeyId; readonly key: Secret }>
  /** Replace what stands in the folder when the new package is whole. */
  readonly overwrite?: boolean
  /** Take the whole samples of a damaged or truncated file. */
  readonly salvage?: boolean
  /** Memory for the samples that are under way, of one transfer at a time; default: a pool of the usual size. */
  readonly pool?: Pool
  /** How far apart the places are at which a killed export is gone on with; default: 64 MiB and 5 seconds. */
  readonly checkpoints?: Checkpoints
  /** Told after each batch. */
  readonly onProgress?: (progress: TransferProgress) => void
}

/** A checkpoint comes when both have passed since the last. */
export interface Checkpoints {
  /** Bytes of samples. */
  readonly bytes: number
  readonly milliseconds: number
}

/** How far a transfer is. */
export interface TransferProgress {
  readonly samples: number
  /** Bytes written. */
  readonly bytes: number
  /** Bytes of the input, where they are known. */
  readonly inputBytes: number | undefined
}
