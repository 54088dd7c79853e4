import { newEvent } from '../event/define-event'
import type { Action } from '../license/action'
import type { Take } from '../license/evaluation'
import type { StreamAppend } from '../store/event-store'
import { vaultLicense, type HeldLicenses } from './held-licenses'
import { licenseStream } from './license-event'
import { UseReserved, useStream } from './use-event'

/** A use that is about to be taken. */
export interface Reservation {
  readonly useId: string
  readonly action: Action
  /** One entry a link of the chain, the leaf first: what evaluation said that a use takes. */
  readonly takes: ReadonlyArray<Take>
  /** When it may be given back if no key was asked for, microseconds since 1970. */
  readonly expires: number
}

/**
 * The appends that take a use: a count falls in every link (LI-58), all of them or none, and only if nothing happened to
 * any of these licenses since they were read. Others that must not have changed are the caller's to add.
 */
export const reservation = (
  held: HeldLicenses,
  { useId, action, takes, expires }: Reservation
): ReadonlyArray<StreamAppend> => {
  const events = takes.map(({ issuer, lid, keyId, window }) =>
    newEvent(UseReserved, { useId, issuer, lid, keyId, action, window, expires })
  )
  const ofLicenses = takes.map((take, link): StreamAppend => {
    const license = vaultLicense(held, take)
    if (license === undefined) throw new RangeError('a use is taken from a license that was read')
    return {
      stream: licenseStream(take.issuer, take.lid),
      expectedRevision: license.revision,
      events: events.slice(link, link + 1),
    }
  })
  return [...ofLicenses, { stream: useStream(useId), expectedRevision: 0, events }]
}
