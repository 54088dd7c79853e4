import type { StoredEvent } from '../event/stored-event'
import type { LicenseRefusal } from '../license/license-refusal'
import type { RefusalReason } from '../license/refusal'
import { licenseRow } from '../vault/license-name'
import type { LicenseRef } from './change'
import type { Past, PastEvents } from './past'
import type { PastLicense } from './past-license'

/** An event without which a decision would have been another one. */
export interface DecidingEvent {
  readonly id: string
  readonly position: number
  readonly type: string
  /** Microseconds since 1970. */
  readonly time: number
}

type Events = ReadonlyArray<StoredEvent>
/** Finds the events behind a reason in the home's own streams and in those of the licenses that it is about. */
type Find = (events: PastEvents, licenses: ReadonlyArray<PastLicense>) => Events

const last = (events: Events, ...types: ReadonlyArray<string>): Events =>
  events.filter(({ type }) => types.includes(type)).slice(-1)

const member = ({ data }: StoredEvent, name: string): unknown =>
  typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[name] : undefined

const ofLicenses =
  (find: (events: Events) => Events): Find =>
  (_, licenses) =>
    licenses.flatMap(({ events }) => find(events))

const stored = ofLicenses((events) => last(events, 'LicenseStored'))

/** Uses that were taken and did not come back. */
const spentUses = (events: Events): Events => {
  const returned = new Set(events.filter(({ type }) => type === 'UseReturned').map((event) => member(event, 'useId')))
  return events.filter(
    (event) => event.type === 'UseReserved' && member(event, 'window') !== null && !returned.has(member(event, 'useId'))
  )
}

const firstUse = (events: Events): Events => events.filter(({ type }) => type === 'KeyReleased').slice(0, 1)

const all =
  (...finds: ReadonlyArray<Find>): Find =>
  (events, licenses) =>
    finds.flatMap((find) => find(events, licenses))

const device: Find = ({ device: events }) => last(events, 'DeviceEpochInstalled')
const clock: Find = ({ clock: events }) => last(events, 'ClockSetBack')
const listOf =
  (...kinds: ReadonlyArray<string>): Find =>
  ({ revocation }) =>
    revocation.filter((event) => event.type === 'RevocationListStored' && kinds.includes(String(member(event, 'kind'))))
const information: Find = ({ revocation }) => last(revocation, 'RevocationInformationStored')
const receivers = listOf('application', 'device')
const ended = ofLicenses((events) =>
  last(events, 'LicenseDeleted', 'LicenseRevoked', 'LicenseDisabled', 'LicenseMarkedForPurge')
)
const issuers: Find = ({ issuers: events }, licenses) =>
  licenses.flatMap(({ name }) => last(events.filter((event) => member(event, 'issuer') === name.issuer), 'IssuerDistrusted'))

/** Which events each reason goes back to; a reason that is not named goes back to what the license says. */
const BEHIND: { readonly [R in RefusalReason]?: Find } = {
  NoLicense: ended,
  Exhausted: all(stored, ofLicenses(spentUses)),
  Expired: all(stored, ofLicenses(firstUse)),
  IndividualizationRequired: all(stored, device),
  ClockUntrusted: all(clock, stored),
  LicenseDisabled: all(ended, clock),
  LicenseRevoked: ended,
  RevocationTooOld: all(stored, information),
  RevocationStale: all(information, receivers),
  LicenseIssuerUnknown: issuers,
  LicenseIssuerRevoked: listOf('issuer'),
  CertificateInvalid: () => [],
  CertificateExpired: () => [],
  LevelInadequate: () => [],
  CertificateRevoked: receivers,
  SystemUnregistered: () => [],
  HandleStale: device,
  ActionUnknown: () => [],
}

const inOrder = (events: Events): ReadonlyArray<DecidingEvent> =>
  [...new Map(events.map((event) => [event.position, event])).values()]
    .sort((left, right) => left.position - right.position)
    .map(({ id, position, type, time }) => ({ id, position, type, time }))

/**
 * The events that a refusal goes back to, in order.
 *
 * @param links the license that refuses and, of a chain, its root; none where the request itself is refused.
 */
export const eventsBehind = (
  past: Past,
  refusals: ReadonlyArray<LicenseRefusal>,
  links: ReadonlyArray<LicenseRef>
): ReadonlyArray<DecidingEvent> => {
  const rows = new Set(links.map(licenseRow))
  const licenses = past.licenses.filter(({ name }) => rows.has(licenseRow(name)))
  return inOrder(refusals.flatMap(({ reason }) => (BEHIND[reason] ?? stored)(past.events, licenses)))
}

/** The events that a "yes" goes back to: that the licenses came in, and the uses that are gone from their counts. */
export const eventsBehindUse = (past: Past, links: ReadonlyArray<LicenseRef>): ReadonlyArray<DecidingEvent> => {
  const rows = new Set(links.map(licenseRow))
  const licenses = past.licenses.filter(({ name }) => rows.has(licenseRow(name)))
  return inOrder(all(stored, ofLicenses(spentUses))(past.events, licenses))
}
