import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'

/** Stream of all anchors of the log. */
export const ANCHOR_STREAM = 'anchors'

/** The log key vouched for the log up to a record before this one; the same anchor was then kept outside the home. */
export const LogAnchored = defineEvent({
  type: 'LogAnchored',
  schemaVersion: 1,
  data: t.type({
    /** Compact JWS. */
    anchor: t.string,
  }),
})
