import type { KeyId } from '../identity/key-id'
import type { RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { LicenseRefusal } from '../license/license-refusal'
import type { TargetKeyRequest } from '../vault/target-keys'
import type { HandedForms, TargetLevels } from './export-question'
import type { Grant, GrantTarget } from './grant'
import type { Receiver } from './receiver'

/** What is to leave, to where. */
export interface ExportRequest {
  /** Key ID of the protected content. */
  readonly keyId: KeyId
  /** The target system. */
  readonly system: SystemId
  /** The security version that the content's own headers demand (IN-4); without it none. */
  readonly contentVersion?: RequiredVersion
  /** The right that the export is judged by (EX-21). */
  readonly action: 'Copy'
  /** Names the source file: SHA-256 of its header, base64url. */
  readonly source: { readonly digest: string }
  /** Systems that are registered here (EX-23). */
  readonly registered: ReadonlyArray<SystemId>
  /** Keys that the target is to be protected with, one entry a key. */
  readonly targetKeys: ReadonlyArray<TargetKeyRequest>
  /** Who gets the content; in this process when it is left out. */
  readonly receiver?: Receiver
  /** How well the target protects it; the lowest levels where nothing is stated, so that every minimum refuses. */
  readonly target?: { readonly copyLevel?: number; readonly forms?: HandedForms }
  /** Device epoch of the handle that the request comes through; one of another epoch is stale (IN-26). */
  readonly epoch?: number
}

/** The answer to a request to export. */
export type ExportDecision =
  | {
      readonly type: 'Granted'
      readonly grant: Grant
      readonly license: Pick<AcceptedLicense, 'issuer' | 'lid' | 'keyId'>
      readonly useId: string
      /** Correlation id of all events of this export. */
      readonly correlation: string
      /** In the order of the request. */
      readonly targets: ReadonlyArray<Pick<GrantTarget, 'keyId' | 'scheme'>>
    }
  | {
      readonly type: 'Refused'
      readonly reasons: ReadonlyArray<LicenseRefusal>
      /** Id of the stored `ExportRefused`. */
      readonly eventId: string
    }

const LOWEST = 0

/** The levels that a request states, the lowest for what it does not. */
export const targetLevels = ({ target }: ExportRequest): TargetLevels => ({
  copyLevel: target?.copyLevel ?? LOWEST,
  forms: target?.forms ?? { compressedVideo: LOWEST, compressedAudio: LOWEST },
})
