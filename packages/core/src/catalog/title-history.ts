import type { TaskEither } from 'fp-ts/TaskEither'

import type { RecordedEvent } from '../event/decode-event'
import type { CoreFault } from '../fault/core-fault'
import { foldStream, type Folded } from '../home/fold-stream'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { TitleSet, titleStream } from './title-event'

/** The subjects that titles of one key ID were sealed for, in order of their first title. */
export type TitleSubjects = ReadonlyArray<string>

const evolve = (subjects: TitleSubjects, { data }: RecordedEvent<typeof TitleSet>): TitleSubjects => {
  const { subject } = data.title.sealed
  return subjects.includes(subject) ? subjects : [...subjects, subject]
}

/** Reads whom the titles of a key ID were sealed for, and the revision that this was read at. @errors those of the store. */
export const titleHistory = ({ store }: Home, keyId: KeyId): TaskEither<CoreFault, Folded<TitleSubjects>> =>
  foldStream(store, titleStream(keyId), { definitions: [TitleSet], initial: [], evolve })
