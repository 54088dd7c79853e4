import type { LicenseId } from '../identity/license-id'
import type { RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { LicenseRefusal } from '../license/license-refusal'
import type { Grant, GrantSource } from './grant'
import type { Receiver } from './receiver'

/** What is to come in, from where, and under which license. */
export interface ImportRequest {
  /** A license of the home's own; its key is what the content is protected with here (IM-10). */
  readonly lid: LicenseId
  /** The system that the content comes from. */
  readonly system: SystemId
  /** The security version that the content's own headers demand (IN-4); without it none. */
  readonly contentVersion?: RequiredVersion
  /** Names the source file: SHA-256 of its header, base64url. */
  readonly source: { readonly digest: string }
  /** Keys of the source, one entry a key ID; none for a session. Taken over: the caller uses them no more. */
  readonly sourceKeys: ReadonlyArray<GrantSource>
  /**
   * The key of the session that the content comes in, sealed to the agreement key of this device's present epoch: a compact JWE.
   *
   * @source docs/reference/messages.md, "Sessions"
   */
  readonly session?: string
  /** Protection scheme that the content gets, as `mce`. */
  readonly scheme: string
  /** Systems that are registered here; no other is ever honoured. */
  readonly registered: ReadonlyArray<SystemId>
  /** The collection of certificates of the component that takes the content over (IM-2); in this process when it is left out. */
  readonly receiver?: Receiver
  /** Device epoch of the handle that the request comes through; one of another epoch is stale (IN-26). */
  readonly epoch?: number
}

/** The answer to a request to import. */
export type ImportDecision =
  | {
      readonly type: 'Granted'
      readonly grant: Grant
      readonly license: Pick<AcceptedLicense, 'issuer' | 'lid' | 'keyId'>
      readonly useId: string
      /** Correlation id of all events of this import. */
      readonly correlation: string
    }
  | {
      readonly type: 'Refused'
      readonly reasons: ReadonlyArray<LicenseRefusal>
      /** Id of the stored `ImportRefused`. */
      readonly eventId: string
    }
