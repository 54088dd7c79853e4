import type { SampleReceiver } from '../../media/sample-receiver'
import type { WarningLog } from '../../media/warning-log'
import type { ObjectTable } from './object-table'
import type { StreamPlan } from './stream-plan'

/** What one run of the demuxer works with. */
export interface Demuxing {
  readonly plan: StreamPlan
  readonly objects: ObjectTable
  readonly receiver: SampleReceiver
  readonly warnings: WarningLog
  /** Bytes. */
  readonly largestSample: number
  /** Size of the object that was refused, after an answer `TOO_LARGE`. */
  tooLarge: number
  /** 1 for stream numbers that no header object describes and that were reported. */
  readonly strangers: Uint8Array
}
