import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { KeyId } from '../identity/key-id'

/** Initial counters of one key were set aside: from `from` up to and without `to`, as decimal text. */
export const CounterRangeReserved = defineEvent({
  type: 'CounterRangeReserved',
  schemaVersion: 1,
  data: t.type({ keyId: KeyId, from: t.string, to: t.string }),
})

/** Stream of the counters of one key. */
export const counterStream = (keyId: KeyId): string => `counters-${keyId}`
