import type { Observable } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'
import type { ServiceClient } from '../exchange/service-client'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { RequiredVersion } from '../identity/security-version'
import type { ProcessEnv } from '../process/run-process'
import type { AcquisitionMode, UrlState } from './acquisition-event'
import type { AcquisitionPlace } from './acquisition-url'

/** How often a wait for a license looks: milliseconds to the second look, doubled with each up to the longest. */
export interface PollPace {
  readonly shortest: number
  readonly longest: number
}

/** From two seconds apart to half a minute. */
export const POLL_PACE: PollPace = { shortest: 2000, longest: 30_000 }

/** What acquisitions work with. */
export interface AcquisitionEnv extends ProcessEnv {
  /** A client of the license server at an address, as `AcquisitionUrl.server` has it. */
  readonly client: (server: string) => ServiceClient
  /** Resolves after milliseconds, or at once when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly pace?: PollPace
  /**
   * Individualizes the home inside an acquisition, asking for its own consent (IN-28). Without it an acquisition that needs
   * that is refused.
   *
   * @param home the home as the acquisition sees it, so that its events are the acquisition's too.
   */
  readonly individualize?: (home: Home, needed: RequiredVersion | undefined) => Observable<StoredEvent>
}

/** Which license is acquired, and how. */
export interface AcquisitionRequest extends AcquisitionPlace {
  readonly mode: AcquisitionMode
  /** The content's; none for a pre-delivery, which is tied to no content (LI-67). */
  readonly keyId?: KeyId
  /** What the reader of the content's header found out (LI-68). */
  readonly urlState: UrlState
  /** Whether an individualization may happen on the way (IN-28). */
  readonly individualize?: boolean
}

/** Which answer is waited for. */
export interface MonitorRequest {
  /** As an `AcquisitionChallenged` of this home has it. */
  readonly challenge: string
  /** Where the acquisition had one: the base of its session is not in the log (LI-71). */
  readonly baseUrl?: string
}
