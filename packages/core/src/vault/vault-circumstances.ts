import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CheckedChain } from '../certificate/checked-certificate'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { Circumstances, DeviceStatement } from '../license/evaluation'
import { refusal, type Refusal } from '../license/refusal'
import { isRevoked } from '../revocation/is-revoked'
import { informationVersion, type RevocationState } from '../revocation/revocation-state'
import { revocationState } from '../revocation/stored-revocation'
import { lookAtClock, type ObservedClock } from './observe-clock'

/** What every decision of this home is made under. */
export interface VaultCircumstances extends Pick<Circumstances, 'now' | 'clock' | 'device'> {
  readonly revocation: RevocationState
  /** Why nothing protected may be used at all: this application itself was revoked (RV-4). */
  readonly barred: Refusal | undefined
  /** Events of the clock's stream that `clock` comes from. */
  readonly clockRevision: number
}

const levelOf = (application: CheckedChain | undefined, now: number): Pick<DeviceStatement, 'applicationLevel'> => {
  const valid = application?.certificates.every(({ from, until }) => from <= now && now <= until) === true
  return valid ? { applicationLevel: application.subject.level } : {}
}

/** All that a device says of itself: what the log has of it, its application's level, its clock and revocation data. */
export const deviceStatement = (
  device: DeviceStatement,
  application: CheckedChain | undefined,
  revocation: RevocationState,
  { now, attested, standing }: Omit<ObservedClock, 'revision'>
): DeviceStatement => {
  const version = informationVersion(revocation)
  return {
    ...device,
    ...levelOf(application, now),
    // A clock is secure as far as somebody else vouches for it; the log alone only shows that it was set back.
    secureClock: attested && standing.type === 'trusted',
    ...(version !== null && { revocation: version }),
  }
}

/** Why an application that was revoked may use nothing; nothing for another. */
export const revokedApplication = (application: CheckedChain | undefined, revocation: RevocationState): Refusal | undefined =>
  application !== undefined && isRevoked(revocation, 'application', application)
    ? refusal('CertificateRevoked', 'RV-4', 'this application was revoked, so it may use no protected content; get its newer version')
    : undefined

/** Reads time and device, and looks at the clock, under what is known of revocation. @errors those of the store. */
export const circumstancesUnder = (
  home: Home,
  revocation: RevocationState
): TE.TaskEither<CoreFault, VaultCircumstances> =>
  pipe(
    TE.Do,
    TE.apS('clock', lookAtClock(home)),
    TE.apS('device', home.device),
    TE.map(({ clock, device }) => circumstancesOf(home, revocation, clock, device))
  )

/**
 * Reads time, device and revocation data, and looks at the clock. What changes later is seen by whoever asks anew.
 *
 * @errors those of the store.
 */
export const vaultCircumstances =
  (home: Home): TE.TaskEither<CoreFault, VaultCircumstances> =>
  // By hand, as each question waits for it: combinators leave as much garbage as all the rest.
  async () => {
    const [revocation, clock, device] = await Promise.all([revocationState(home)(), lookAtClock(home)(), home.device()])
    if (E.isLeft(revocation)) return revocation
    if (E.isLeft(clock)) return clock
    return E.isLeft(device) ? device : E.right(circumstancesOf(home, revocation.right, clock.right, device.right))
  }

const circumstancesOf = (
  { application }: Home,
  revocation: RevocationState,
  clock: ObservedClock,
  device: DeviceStatement
): VaultCircumstances => ({
  now: clock.now,
  clock: clock.standing,
  device: deviceStatement(device, application, revocation, clock),
  revocation,
  barred: revokedApplication(application, revocation),
  clockRevision: clock.revision,
})
