import * as t from 'io-ts'

import { KeyId } from '../identity/key-id'
import { Action } from '../license/action'
import { TransferQuestion } from './transfer-question'

/** The protection level of a target for each form in which payloads are handed to it; as they are, they are compressed (EX-9). */
export const HandedForms = t.partial({ compressedVideo: t.number, compressedAudio: t.number }, 'handed forms')
export type HandedForms = Readonly<t.TypeOf<typeof HandedForms>>

/** How well a target protects what it gets. */
export const TargetLevels = t.type({ copyLevel: t.number, forms: HandedForms }, 'levels of the target')
export type TargetLevels = Readonly<t.TypeOf<typeof TargetLevels>>

/**
 * All that an export is judged by, beside the licenses themselves: it stands in the event, so that the decision can be
 * made again from the log (docs/explanation/explained-decisions.md).
 */
export const ExportQuestion = t.intersection(
  [TransferQuestion, t.type({ keyId: KeyId, action: Action, target: TargetLevels })],
  'export question'
)
export type ExportQuestion = Readonly<t.TypeOf<typeof ExportQuestion>>
