import type { AuthorityFault, ConsentFault, ServiceFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, outside, refused } = EXIT

const withUrl = (text: string, url: string | null): string => (url === null ? text : `${text}; open ${url}`)

/** Refusals that are over when the service is asked again later. */
const LATER: ReadonlySet<string> = new Set(['RateLimited', 'ServiceUnavailable', 'SessionExpired'])

/** Faults between this computer and a service, and of the consent that a request rests on. */
export const SERVICE_LINES: FaultLines<AuthorityFault | ConsentFault | ServiceFault> = {
  AuthorityUnknown: () => failure(refused, 'this home belongs to no authority yet; run custody individualize'),
  AuthorityOther: ({ pinned, found }) =>
    failure(refused, `this home belongs to the authority ${pinned}, the service or backup to ${found}`),
  TrustDocumentInvalid: ({ why }) => failure(badInput, `the trust document of the service is not believed: ${why}`),
  TrustRolledBack: ({ stored, found }) =>
    failure(refused, `the service shows its trust document ${found}, but ${stored} is known`),
  ConsentMissing: ({ kind }) => failure(refused, `no consent to ${kind} is recorded (IN-12, BR-34)`),
  ConsentDeclined: ({ kind }) => failure(refused, `consent to ${kind} was declined (IN-13)`),
  ServiceUnavailable: ({ service, why }) => failure(outside, `the ${service} service is not reached: ${why}; try again (BR-42)`),
  OnlineDisabled: ({ place }) => failure(refused, `this computer may not ask ${place} (IN-35): CUSTODY_OFFLINE is set`),
  ReplyInvalid: ({ service, why }) => failure(outside, `the ${service} service answers what is not believed: ${why}`),
  ReplyTooLarge: ({ service, limit }) => failure(outside, `the ${service} service answers more than ${limit} bytes`),
  ServiceRefused: ({ service, reason, text, url }) =>
    failure(LATER.has(reason) ? outside : refused, withUrl(`the ${service} service refuses: ${text} (${reason})`, url)),
}
