import type { Observable } from 'rxjs'

import type { ConsentPort } from '../consent/consent'
import type { StoredEvent } from '../event/stored-event'
import type { ServiceClient } from '../exchange/service-client'
import type { Home } from '../home/home'
import type { RequiredVersion } from '../identity/security-version'
import type { ProcessEnv } from '../process/run-process'
import type { Secret } from '../secret/secret'

/** What restores work with. */
export interface RestoreEnv extends ProcessEnv {
  /** Of the License Management Service. */
  readonly client: ServiceClient
  readonly consent: ConsentPort
  /**
   * Individualizes the home inside the restore, asking for its own consent (BR-35). Without it licenses that need that stay
   * refused.
   *
   * @param home the home as the restore sees it, so that its events are the restore's too.
   */
  readonly individualize?: (home: Home, needed: RequiredVersion | undefined) => Observable<StoredEvent>
}

/** Which backup is restored, and how. */
export interface RestoreRequest {
  readonly directory: string
  /** Takes the whole lines of a damaged set; the others are refused one by one (BR-39). */
  readonly salvage?: boolean
  /** Whether an individualization may happen on the way, if a license needs it (BR-35). */
  readonly individualize?: boolean
  /** The passphrase of a guarded set. Stays the caller's to wipe. */
  readonly guard?: Secret
}
