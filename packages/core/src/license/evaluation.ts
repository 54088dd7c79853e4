import type { SecurityVersion } from '../identity/security-version'
import type { Refusal } from './refusal'

/** What a license has been used for: uses by {@link usageKey}. */
export type Usage = ReadonlyMap<string, number>

/** Names the count of one window of one right. */
export const usageKey = (action: string, window: number): string => `${action}/${window}`

/** What conditions are judged against. */
export interface DeviceStatement {
  /** Rises with each individualization, from 0. */
  readonly epoch: number
  readonly securityVersion: SecurityVersion
  /** Security level that the application's certificate states (LI-23); absent without a certificate. */
  readonly applicationLevel?: number
}

/** Whether one license allows one action now. */
export type Evaluation =
  | {
      readonly type: 'Allowed'
      /** Window whose count a use takes; `null` where the right has no conditions. */
      readonly window: number | null
      /** Last moment of the right, microseconds since 1970; `null` without an end. */
      readonly until: number | null
    }
  | { readonly type: 'Refused'; readonly refusals: ReadonlyArray<Refusal> }
