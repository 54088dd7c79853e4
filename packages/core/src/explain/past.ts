import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { evolve as evolveClock, initial as initialClock } from '../clock/clock-decider'
import { CLOCK_EVENTS, CLOCK_STREAM } from '../clock/clock-event'
import { evolve as evolveDevice, initial as initialDevice } from '../device/device-decider'
import { DEVICE_EVENTS, DEVICE_STREAM } from '../device/device-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { firstSecurityVersion } from '../home/make-home'
import type { ClockStanding, DeviceStatement } from '../license/evaluation'
import { evolve as evolveRevocation, initial as initialRevocation } from '../revocation/revocation-decider'
import { REVOCATION_EVENTS, REVOCATION_STREAM } from '../revocation/revocation-event'
import type { RevocationState } from '../revocation/revocation-state'
import { evolve as evolveIssuers, initial as initialIssuers, type IssuerState } from '../vault/issuer-decider'
import { ISSUER_EVENTS, ISSUER_STREAM } from '../vault/issuer-event'
import { clockStanding } from '../vault/observe-clock'
import { deviceStatement } from '../vault/vault-circumstances'
import { foldEvents } from './fold-events'
import { lastPosition, untilMoment, type Moment } from './moment'
import { pastLicense, type PastLicense } from './past-license'
import { readEvents, type LicenseEvents } from './read-events'

/** Events by what they are about, in order. */
export interface PastEvents {
  readonly device: ReadonlyArray<StoredEvent>
  readonly clock: ReadonlyArray<StoredEvent>
  readonly issuers: ReadonlyArray<StoredEvent>
  readonly revocation: ReadonlyArray<StoredEvent>
}

/** What a home was at some moment, as far as a question goes. */
export interface Past {
  /** Position of the last event that counts. */
  readonly position: number
  /** Microseconds since 1970. */
  readonly now: number
  readonly clock: ClockStanding
  readonly device: DeviceStatement
  readonly issuers: IssuerState
  readonly revocation: RevocationState
  readonly licenses: ReadonlyArray<PastLicense>
  readonly events: PastEvents
}

/** A list that a newer one of its kind replaced says nothing any more, and lists are long. */
const inForce = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<StoredEvent> => {
  const newest = new Map<string, StoredEvent>()
  for (const event of events) {
    const { kind } = (event.data ?? {}) as { readonly kind?: unknown }
    newest.set(event.type === 'RevocationForkSeen' ? event.id : `${event.type} ${String(kind)}`, event)
  }
  return [...newest.values()].sort((left, right) => left.position - right.position)
}

/** Reads what the log has beside licenses. @errors those of the store. */
export const readPastEvents = (home: Home): TE.TaskEither<CoreFault, PastEvents> =>
  pipe(
    TE.Do,
    TE.bind('device', () => readEvents(home, DEVICE_STREAM)),
    TE.bind('clock', () => readEvents(home, CLOCK_STREAM)),
    TE.bind('issuers', () => readEvents(home, ISSUER_STREAM)),
    TE.bind('revocation', () => readEvents(home, REVOCATION_STREAM))
  )

const deviceAt = (events: ReadonlyArray<StoredEvent>): E.Either<CoreFault, DeviceStatement> =>
  pipe(
    foldEvents(events, { definitions: DEVICE_EVENTS, initial: initialDevice, evolve: evolveDevice }),
    E.map(({ epoch, securityVersion = firstSecurityVersion() }) => ({ epoch: Math.max(0, epoch), securityVersion }))
  )

const licensesAt = (
  licenses: ReadonlyArray<LicenseEvents>,
  counting: (events: ReadonlyArray<StoredEvent>) => ReadonlyArray<StoredEvent>
): E.Either<CoreFault, ReadonlyArray<PastLicense>> =>
  pipe(
    licenses,
    E.traverseArray(({ name, events }) => pastLicense(name, counting(events))),
    E.map((found) => found.flatMap((license) => license ?? []))
  )

/**
 * What a home was at a moment, from events alone: no key is opened, so that the log of a home that was copied or belongs
 * to another machine explains itself too. What the log does not have, as the application's own level, is as it is now.
 *
 * @param now time that the question is asked for, microseconds since 1970.
 * @errors `EventUnreadable`, `LicenseMalformed`.
 */
export const pastAt = (
  { application }: Pick<Home, 'application'>,
  all: PastEvents,
  licenses: ReadonlyArray<LicenseEvents>,
  moment: Moment,
  now: number
): E.Either<CoreFault, Past> => {
  const { device, clock, issuers, revocation } = all
  const position = lastPosition(moment, [...device, ...clock, ...issuers, ...revocation, ...licenses.flatMap(({ events }) => events)])
  const counting = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<StoredEvent> => untilMoment(moment, position, events)
  const events: PastEvents = {
    device: counting(device),
    clock: counting(clock),
    issuers: counting(issuers),
    revocation: inForce(counting(revocation)),
  }
  return pipe(
    E.Do,
    E.bind('clock', () => foldEvents(events.clock, { definitions: CLOCK_EVENTS, initial: initialClock, evolve: evolveClock })),
    E.bind('stated', () => deviceAt(events.device)),
    E.bind('issuers', () =>
      foldEvents(events.issuers, { definitions: ISSUER_EVENTS, initial: initialIssuers, evolve: evolveIssuers })
    ),
    E.bind('revocation', () =>
      foldEvents(events.revocation, { definitions: REVOCATION_EVENTS, initial: initialRevocation, evolve: evolveRevocation })
    ),
    E.bind('licenses', () => licensesAt(licenses, counting)),
    E.map(({ clock: belief, stated, ...rest }) => {
      const standing = clockStanding(belief)
      const device = deviceStatement(stated, application, rest.revocation, { now, standing, attested: belief.attested })
      return { ...rest, position, now, clock: standing, device, events }
    })
  )
}
