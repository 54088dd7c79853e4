import * as t from 'io-ts'

import { RequiredVersion } from '../identity/security-version'
import { SystemId } from '../identity/system-id'
import { RecordedCandidate, RecordedClock, RecordedDevice, RecordedReceiver, RecordedRevocation } from './recorded-circumstances'

/** What an export and an import are both judged by. */
export const TransferQuestion = t.type(
  {
    /** The third-party system, target or source. */
    system: SystemId,
    /** Device epoch of the handle that the request came through; `null` when it came through none. */
    handleEpoch: t.union([t.number, t.null]),
    /** Security version that the content's own headers demand (IN-4). */
    contentVersion: t.union([RequiredVersion, t.null]),
    /** Systems that were registered; no other is ever honoured (EX-23). */
    registered: t.readonlyArray(SystemId),
    /** The other side of the transfer. */
    receiver: RecordedReceiver,
    /** Microseconds since 1970. */
    judgedAt: t.number,
    device: RecordedDevice,
    clock: RecordedClock,
    revocation: RecordedRevocation,
    /** The licenses that were asked, in this order. */
    candidates: t.readonlyArray(RecordedCandidate),
  },
  'transfer question'
)
export type TransferQuestion = Readonly<t.TypeOf<typeof TransferQuestion>>
