import type { StoredEvent } from '@custody/core/event'

import type { TransferProgress } from '../transfer/export-request'
import type { TransferFault } from '../transfer/transfer-error'

/** What keeps one of many transfers from going on, apart from a refusal. */
export type ManyFault =
  | TransferFault
  /** The thread ended under the job: what it wrote was removed, and the log says no more of it than what is in it. */
  | { readonly type: 'WorkerLost'; readonly how: 'exit' | 'out-of-memory' | 'error' }
  /** A defect, of ours or of an adapter; the transfer has cleaned up. */
  | { readonly type: 'Defect'; readonly what: string }
  /** An earlier job of the same run has that target. */
  | { readonly type: 'TargetTaken'; readonly path: string; readonly by: number }

/** What happens to one of many transfers; `job` is its place in the list, from 0. */
export type ManyEvent = Told & { readonly job: number }

/** What a worker tells while it runs. */
export type WorkerMessage =
  | { readonly type: 'Started' }
  | { readonly type: 'Stored'; readonly event: StoredEvent }
  | { readonly type: 'Progress'; readonly progress: TransferProgress }

/** How a job ends for its worker. */
export type WorkerAnswer =
  | { readonly type: 'Done' }
  /** The event that says why was told before. */
  | { readonly type: 'Refused' }
  | { readonly type: 'Cancelled' }
  | { readonly type: 'Failed'; readonly fault: ManyFault }

type Told = WorkerMessage | WorkerAnswer
