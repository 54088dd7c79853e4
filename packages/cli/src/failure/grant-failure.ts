import type { GrantFault, SessionFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { refused } = EXIT

/** Faults of a grant that is presented for a key, and of the session that it covers. */
export const GRANT_LINES: FaultLines<GrantFault | SessionFault> = {
  GrantForged: ({ what }) => failure(refused, `no authorisation was presented, but ${what}`),
  GrantUsed: () => failure(refused, 'the authorisation was used before; run the command again for a new one'),
  GrantExpired: () => failure(refused, 'the authorisation has expired, or its use was taken back; run the command again'),
  HandleStale: () => failure(refused, 'this computer was individualized meanwhile; run the command again'),
  CounterRangeExhausted: ({ keyId }) =>
    failure(refused, `key ${keyId} has no counters left in this home; protect under another key`),
  SessionMissing: ({ why }) => failure(refused, `no session: ${why}`),
  SessionProfileRefused: ({ profile, why }) => failure(refused, `sessions of ${profile} are refused: ${why}`),
  SessionReplayed: ({ run }) => failure(refused, `session ${run} came in here before; its sender has to begin a new one`),
}
