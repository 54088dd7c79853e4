import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { DecimalU64 } from '../license/document-values'

/** Stream of the refreshes of revocation data. */
export const REFRESH_STREAM = 'revocation-refresh'

/** Who wanted a refresh: a person by a command, a window or a flag, or this program for content that needs newer data (RV-6). */
export const RefreshBy = t.union(
  [t.literal('prompt'), t.literal('flag'), t.literal('console'), t.literal('program')],
  'who asked for a refresh'
)
export type RefreshBy = t.TypeOf<typeof RefreshBy>

/** The newest revocation data is about to be asked for. Nothing of this home is sent with the question. */
export const RevocationRefreshBegun = defineEvent({
  type: 'RevocationRefreshBegun',
  schemaVersion: 1,
  data: t.type({ operation: t.string, by: RefreshBy }),
})

/** All that the service had was checked and is stored (RV-9). */
export const RevocationRefreshEnded = defineEvent({
  type: 'RevocationRefreshEnded',
  schemaVersion: 1,
  data: t.type({
    operation: t.string,
    /** Of the revocation information that is in force now. */
    version: t.union([DecimalU64, t.null]),
  }),
})

/** The refresh broke off; what was stored stays in force. */
export const RevocationRefreshFailed = defineEvent({
  type: 'RevocationRefreshFailed',
  schemaVersion: 1,
  data: t.type({
    operation: t.string,
    /** Tag of the fault. */
    fault: t.string,
  }),
})
