import type { IssuerId } from '../../identity/issuer-id'
import type { Circumstances } from '../evaluation'
import { refusal, type Refusal } from '../refusal'

const setBack = refusal(
  'ClockUntrusted',
  'R13',
  'the clock is earlier than the log, so no right with a date or an expiry is used until the time is right again'
)
const notATime = refusal('ClockUntrusted', 'R6', 'the time is not a moment since 1970')
const unknown = refusal('ClockUntrusted', 'R6', 'the clock stands in a way that this version does not know')

const LATEST = 253_402_300_799_999_999

/**
 * Whether the time can be taken for a license of this issuer.
 *
 * @param timed whether its right is limited in time; one that is not needs no clock (R13).
 */
export const judgeClock = (
  { now, clock }: Pick<Circumstances, 'now' | 'clock'>,
  issuer: IssuerId,
  timed: boolean
): Refusal | undefined => {
  if (!(now >= 0 && now <= LATEST)) return notATime
  switch (clock.type) {
    case 'trusted':
      return undefined
    case 'set-back':
      return timed && clock.acceptedFor !== issuer ? setBack : undefined
    default:
      return unknown
  }
}
