import type { Observable } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'

/** A process that is ready to be started: cold, cancelled by unsubscribing, its events stored before they are emitted. */
export type Process = () => Observable<StoredEvent>

/** The processes that the platform's calls start. */
export type ProcessKind =
  | 'backup'
  | 'restore'
  | 'individualization'
  | 'revocation'
  | 'acquisition'
  | 'monitoring'
  | 'cleaning'

/** What a backup is started with. There is no choice of licenses: it is of the whole license store (BR-10). */
export interface BackupRequest {
  readonly place: string
  readonly overwrite: boolean
}

/** What a restore is started with. */
export interface RestoreRequest {
  readonly place: string
  /** The person has consented to an individualization, should a license require it (BR-35). */
  readonly individualize: boolean
}

/** What an individualization is started with. */
export interface IndividualizeRequest {
  /** Whether also without a newer version at the service (IN-7). */
  readonly forced: boolean
  /** The reader's flag as it was given: 0, may be individualized again; 1, will not be. Nothing depends on it (IN-16). */
  readonly readerFlag: 0 | 1 | null
}

/** How a license is asked for: silently; by a page that the application opens; the same by key ID. */
export type AcquisitionMode = 'silent' | 'non-silent' | 'legacy-non-silent'

/** What an acquisition is started with. */
export interface AcquireRequest {
  readonly mode: AcquisitionMode
  /** Header of the content, or its key ID for `legacy-non-silent` (LI-62). */
  readonly content: string
  /** Null: the address that the header states. */
  readonly url: string | null
}
