import * as E from 'fp-ts/Either'

import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { AcceptedLicense } from '../license/accepted-license'
import type { Action } from '../license/action'
import { evaluateUse } from '../license/evaluate'
import type { DeviceStatement } from '../license/evaluation'
import { absentLicense, type LicenseState } from '../license/license-state'
import type { Refusal } from '../license/refusal'
import { usageKey, type Usage } from '../license/usage'
import type { NewEvent } from '../store/event-store'
import type { LICENSE_EVENTS } from './license-event'
import { UseReserved } from './use-event'

type LicenseEvent = RecordedEvent<(typeof LICENSE_EVENTS)[number]>

/** Asks for one use of a license. */
export interface ReserveUse {
  readonly useId: string
  readonly license: AcceptedLicense
  readonly action: Action
  /** Trusted time, microseconds since 1970. */
  readonly now: number
  readonly device: DeviceStatement
  /** When the use may be given back if no key was asked for. */
  readonly expires: number
}

/** A use that may be stored, with the end of the right it takes. */
export interface ReservedUse {
  readonly event: NewEvent
  /** Last moment of the right, microseconds since 1970; `null` without an end. */
  readonly until: number | null
}

/** A license that is not in the vault. */
export const initial: LicenseState = absentLicense

const changed = (usage: Usage, key: string, by: number): Usage => new Map(usage).set(key, (usage.get(key) ?? 0) + by)

/** Takes one use if the license allows the action now. Left: why not; whoever asked makes that an event of his own. */
export const decide = (
  state: LicenseState,
  { useId, license, action, now, device, expires }: ReserveUse
): E.Either<ReadonlyArray<Refusal>, ReservedUse> => {
  const { issuer, lid, keyId } = license
  const evaluation = evaluateUse({ license, state }, action, { now, clock: { type: 'trusted' }, device })
  if (evaluation.type === 'Refused') return E.left(evaluation.refusals)
  const window = evaluation.takes[0]?.window ?? null
  const event = newEvent(UseReserved, { useId, issuer, lid, keyId, action, window, expires })
  return E.right({ event, until: evaluation.until })
}

/** The state after one more event. A use comes back once at most, and only to the count that it was taken from. */
export const evolve = (state: LicenseState, event: LicenseEvent): LicenseState => {
  switch (event.type) {
    case 'LicenseStored':
      return { ...state, standing: 'held', storedAt: state.storedAt ?? event.time }
    case 'UseReserved': {
      const { useId, action, window } = event.data
      if (window === null || state.reserved.has(useId)) return state
      const key = usageKey(action, window)
      return { ...state, usage: changed(state.usage, key, 1), reserved: new Map(state.reserved).set(useId, key) }
    }
    case 'UseReturned': {
      const key = state.reserved.get(event.data.useId)
      if (key === undefined) return state
      const reserved = new Map(state.reserved)
      reserved.delete(event.data.useId)
      return { ...state, usage: changed(state.usage, key, -1), reserved }
    }
  }
}
