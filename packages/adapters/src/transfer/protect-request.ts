import type { KeyId } from '@custody/core/identity'
import type { Conditions } from '@custody/core/license'
import type { Secret } from '@custody/core/secret'
import type { Pool } from '@custody/pipeline/lease'

import type { TransferProgress } from './export-request'

/** Which of the owner's clear files is to be protected, and under which license. */
export interface ProtectRequest {
  /** A clear ASF file. */
  readonly input: string
  readonly output: string
  /** AES in counter mode, or the classic cipher of Windows Media. */
  readonly scheme: 'mce' | 'cocktail'
  /** Default: a random one. */
  readonly keyId?: KeyId
  /**
   * The content key, 16 bytes for `mce` and 7 for `cocktail`, or the seed that one for `mce` is derived from; default: a random
   * key. The caller wipes what it gives.
   */
  readonly key?: { readonly type: 'content-key' | 'key-seed'; readonly secret: Secret }
  /** Default: unlimited play, copy to every registered system, backup. */
  readonly conditions?: Conditions
  /** Title of the protected file, and of its key ID in the catalog; default: that of the input. 1 to 256 characters, no controls. */
  readonly title?: string
  /** Take the whole samples of a damaged or truncated file. */
  readonly salvage?: boolean
  /** Memory for the samples that are under way, of one transfer at a time; default: a pool of the usual size. */
  readonly pool?: Pool
  readonly onProgress?: (progress: TransferProgress) => void
}
