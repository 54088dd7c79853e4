import type { KeyId } from '../identity/key-id'
import type { Answer } from './answer'
import type { LicenseRef } from './change'
import type { Replay } from './replay'

/** What an explanation is about. */
export type ExplainedSubject =
  | { readonly type: 'key'; readonly keyId: KeyId }
  | { readonly type: 'license'; readonly licenses: ReadonlyArray<LicenseRef> }
  | { readonly type: 'event'; readonly id: string; readonly position: number; readonly eventType: string }
  /** Neither key, license nor event that this log knows. */
  | { readonly type: 'unknown'; readonly text: string }

/** Why actions were allowed or refused at some moment. */
export interface Explanation {
  readonly subject: ExplainedSubject
  /** The moment, microseconds since 1970. */
  readonly at: number
  /** Position of the last event that counted. */
  readonly position: number
  /** One for each action that was asked about; none where nothing is known. */
  readonly answers: ReadonlyArray<Answer>
  /** For the event of a decision: whether the decision came out the same when it was made again. */
  readonly replay: Replay | null
  /** The same in plain words, line by line. */
  readonly text: ReadonlyArray<string>
}
