import type { Home } from '@custody/core/home'
import type { SystemId } from '@custody/core/identity'

/** What transfers work with. */
export interface TransferEnv {
  readonly home: Home
  /** The systems that are permitted targets; any other is never honoured (EX-23). */
  readonly registered: ReadonlyArray<SystemId>
  /** Told when a transfer has cleaned up and recorded its end, cancelled ones included. */
  readonly onSettled?: () => void
}
