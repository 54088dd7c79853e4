import type { CommonScheme } from '../../../cipher/common-encryption/common-encryption'
import type { Pattern } from '../../../cipher/common-encryption/pattern'
import type { SampleRanges } from '../../../cipher/common-encryption/sample-ranges'

/** A sample as the boxes of a file list it. Times in units of the track. */
export interface ListedSample {
  /** Byte offset in the file. */
  readonly at: number
  readonly size: number
  readonly decodeTime: number
  /** From decoding to showing; may be negative. */
  readonly composition: number
  readonly duration: number
  readonly key: boolean
}

/** How one sample is protected. */
export interface ListedProtection {
  readonly scheme: CommonScheme
  /** 32 lower-case hex digits, text order. */
  readonly keyId: string
  readonly iv: Uint8Array
  readonly pattern?: Pattern
  readonly ranges?: SampleRanges
}

/** A sample with all that opens it. */
export interface Mp4Sample extends ListedSample {
  readonly track: number
  /** Of the sample entry, from 1. */
  readonly description: number
  /** Absent for a sample that is clear. */
  readonly protection?: ListedProtection
}
