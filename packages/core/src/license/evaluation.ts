import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { Refusal } from './refusal'

/** What a device and its application say of themselves. An absent member is a lack: nothing is taken for granted (R6). */
export interface DeviceStatement {
  /** Rises with each individualization, from 0. */
  readonly epoch: number
  readonly securityVersion: SecurityVersion
  /** Security level that the application's certificate states: 150, 1000 or 2000 (LI-23). */
  readonly applicationLevel?: number
  /** Whether there is a secure clock. */
  readonly secureClock?: boolean
  /** Ids of the metering services that uses are reported to. */
  readonly metering?: ReadonlyArray<string>
  /** Level of the secure audio path (LI-15). */
  readonly audioPath?: number
  /** Version of the stored revocation information: a 64-bit number as decimal text (RV-3). */
  readonly revocation?: string
}

/** The forms in which data leaves, each with a minimum of its own (LI-26). */
export const DATA_FORMS = [
  'compressedVideo',
  'uncompressedVideo',
  'analogVideo',
  'compressedAudio',
  'uncompressedAudio',
] as const
/** One of the five forms. */
export type DataForm = (typeof DATA_FORMS)[number]

/** The protection level of a target for each form that is actually delivered to it (LI-27). */
export type DeliveredForms = Readonly<Partial<Record<DataForm, number>>>

/** Where the data of one use goes. */
export type Delivery =
  | {
      readonly type: 'output'
      readonly forms: DeliveredForms
      /** Output protections that are engaged (LI-36). */
      readonly protections: ReadonlyArray<SystemId>
    }
  | {
      readonly type: 'copy'
      /** Protection level of the target, on the scale of the copy minimum. */
      readonly level: number
      readonly target: SystemId
      /** Payloads that are handed over as they are count as compressed (EX-9). */
      readonly forms: DeliveredForms
    }

/** Whether the time can be believed (R13). */
export type ClockStanding =
  | { readonly type: 'trusted' }
  /** Earlier than the log; `acceptedFor` names the one issuer for whose licenses the owner took the time as it is. */
  | { readonly type: 'set-back'; readonly acceptedFor: IssuerId | null }

/** The session in which several people play together (LI-5). */
export interface CollaborativeSession {
  /** Other sessions of this content that are open. */
  readonly others: number
  /** People of this session who are not online. */
  readonly offline: number
}

/** What conditions are judged against. */
export interface Circumstances {
  /** Trusted time, microseconds since 1970. */
  readonly now: number
  readonly clock: ClockStanding
  readonly device: DeviceStatement
  /** Without it the question is a hint: levels are not judged, the answer says that there are some (LI-15). */
  readonly delivery?: Delivery
  /** Needed by `CollaborativePlay` only. */
  readonly session?: CollaborativeSession
}

/** One use as one link of a chain counts it. */
export interface Take {
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** Window whose count falls; `null` where the right has no conditions. */
  readonly window: number | null
}

/** A "yes", with what using it changes. */
export interface Allowed {
  readonly type: 'Allowed'
  /** What one use takes: one entry a link, the leaf first (LI-58). */
  readonly takes: ReadonlyArray<Take>
  /** Last moment of the right in all links, microseconds since 1970; `null` without an end. */
  readonly until: number | null
  /** Output or copy levels bind this action: they have to be fetched and compared (LI-15). */
  readonly oplPresent: boolean
  /** The sound has to take a secure path (LI-15). */
  readonly sapPresent: boolean
}

/** A "no", with every reason. */
export interface Refused {
  readonly type: 'Refused'
  readonly refusals: ReadonlyArray<Refusal>
}

/** Whether one license, or one chain of two, allows one action now. */
export type Evaluation = Allowed | Refused
