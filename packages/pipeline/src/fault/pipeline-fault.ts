import type { CoreFault } from '@custody/core/fault'

/** Bytes of a media file that do not say what the format requires. */
export interface MalformedMedia {
  readonly type: 'MalformedMedia'
  readonly format: 'asf' | 'mp4' | 'avc' | 'hevc' | 'aac' | 'ac3' | 'opus' | 'flac' | 'vc1' | 'unknown'
  /** Byte offset in the file of the first byte that is wrong. */
  readonly at: number
  readonly expected: string
  readonly found: string
}

/** A well-formed file that asks for something that this build does not carry. */
export interface UnsupportedMedia {
  readonly type: 'UnsupportedMedia'
  /** Byte offset in the file of what is unsupported, where one can be named. */
  readonly at: number | undefined
  readonly what: string
}

/** The input ends before what its structure announces. */
export interface TruncatedMedia {
  readonly type: 'TruncatedMedia'
  readonly format: 'asf' | 'mp4'
  /** Byte offset at which the input ends. */
  readonly at: number
  readonly expected: string
}

/**
 * Samples that their track marks as protected, without the vector and ranges that open them: they are neither clear nor can
 * they be opened.
 */
export interface SampleInfoMissing {
  readonly type: 'SampleInfoMissing'
  /** Byte offset in the file of the box that should have them. */
  readonly at: number
  readonly track: number
}

/** What a parser may answer with. */
export type MediaFault = MalformedMedia | UnsupportedMedia | TruncatedMedia

/** What the world outside may answer with. `code` is the system's error code, as in `ENOSPC`. */
export type IoFault =
  | { readonly type: 'SourceFailed'; readonly place: string; readonly code: string }
  | { readonly type: 'SinkFailed'; readonly place: string; readonly code: string }
  | { readonly type: 'TargetExists'; readonly place: string }

/** A breach of the rules of leases and stages. */
export type LeaseFault =
  | { readonly type: 'PoolTooSmall'; readonly stage: string; readonly holds: number; readonly leases: number }
  | { readonly type: 'HeldTooMany'; readonly stage: string; readonly held: number; readonly allowed: number }
  | { readonly type: 'LeaseLost'; readonly stage: string; readonly batches: number }
  | { readonly type: 'ForeignEmission'; readonly stage: string }
  | { readonly type: 'OutOfOrder'; readonly stage: string }
  | { readonly type: 'BatchShared'; readonly stage: string }
  | { readonly type: 'EndedEarly'; readonly stage: string }
  | { readonly type: 'Stalled'; readonly held: Readonly<Record<string, number>> }
  | { readonly type: 'SampleTooLarge'; readonly at: number; readonly bytes: number; readonly limit: number }
  | { readonly type: 'PipelineRunning' }

/** A handle, grant or state that is not what it must be. */
export type ProtectionFault =
  | { readonly type: 'ForeignHandle'; readonly what: string }
  | { readonly type: 'WrongState'; readonly expected: string; readonly found: string }
  | { readonly type: 'SameKey' }
  | { readonly type: 'ProtectionFailed' }
  | { readonly type: 'GrantRefused'; readonly fault: CoreFault }

/** A breach at the border of a transfer, where samples are under the key of one run. Salts are decimal text. */
export type SessionFault =
  /** The salts of a session rise strictly over all its streams. */
  | { readonly type: 'SaltNotRising'; readonly salt: string; readonly last: string }
  | { readonly type: 'SaltExhausted'; readonly run: string }
  /** A sample, or what is said of it, is not what was sealed. */
  | { readonly type: 'FrameInvalid'; readonly track: number; readonly salt: string }

/** A sample that is not as it has to be where it was looked at. Says nothing of its content. */
export interface VerificationFailed {
  readonly type: 'VerificationFailed'
  /** ASF stream number or MP4 track id. */
  readonly track: number
  /** Number of the sample in its track, from 1. */
  readonly sample: number
  readonly expected: string
  readonly found: string
}

/** Everything that the pipeline reports as a value or in its error class. Match on `type`. */
export type PipelineFault = MediaFault | SampleInfoMissing | IoFault | LeaseFault | ProtectionFault | SessionFault | VerificationFailed
