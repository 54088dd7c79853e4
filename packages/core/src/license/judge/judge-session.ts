import type { Action } from '../action'
import type { Circumstances } from '../evaluation'
import { refusal, type Refusal } from '../refusal'

const COLLABORATIVE: Action = 'CollaborativePlay'

/** Playing together takes one session at a time with everybody online (LI-5). A session that is not stated is none. */
export const judgeSession = (action: string, { session }: Circumstances): ReadonlyArray<Refusal> => {
  if (action !== COLLABORATIVE) return []
  if (session === undefined) return [refusal('SessionUnfit', 'LI-5', 'playing together needs a session, and none is stated')]
  return [
    ...(session.others === 0 ? [] : [refusal('SessionUnfit', 'LI-5', 'another session of this content is open')]),
    ...(session.offline === 0 ? [] : [refusal('SessionUnfit', 'LI-5', 'not everybody in the session is online')]),
  ]
}
