import * as E from 'fp-ts/Either'

import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { AcceptedLicense } from '../license/accepted-license'
import type { Action } from '../license/action'
import { evaluateUse } from '../license/evaluate'
import type { DeviceStatement } from '../license/evaluation'
import { absentLicense, type LicenseState, type Standing } from '../license/license-state'
import { usageKey, type Usage } from '../license/usage'
import type { Refusal } from '../license/refusal'
import type { NewEvent } from '../store/event-store'
import type { LICENSE_EVENTS } from './license-event'
import { UseReserved } from './use-event'

/** An event of a license's stream. */
export type LicenseEvent = RecordedEvent<(typeof LICENSE_EVENTS)[number]>

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

const without = (reserved: LicenseState['reserved'], useId: string): LicenseState['reserved'] => {
  const rest = new Map(reserved)
  rest.delete(useId)
  return rest
}

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

/** Standings that an event moves; from any other it changes nothing. What was revoked stays so. */
const from =
  (...standings: ReadonlyArray<Standing>) =>
  (state: LicenseState, standing: Standing): LicenseState =>
    standings.includes(state.standing) ? { ...state, standing } : state

const onMark = from('held')
const onDisable = from('held', 'marked')
const onDelete = from('held', 'marked', 'disabled')

const stored = (state: LicenseState, time: number): LicenseState => {
  if (state.standing === 'revoked') return state
  const gone = state.standing === 'absent' || state.standing === 'deleted'
  return {
    ...state,
    standing: 'held',
    storedAt: state.storedAt ?? time,
    persisted: gone ? false : state.persisted,
  }
}

const reserved = (
  state: LicenseState,
  { useId, action, window }: Extract<LicenseEvent, { readonly type: 'UseReserved' }>['data']
): LicenseState => {
  if (window === null || state.reserved.has(useId)) return state
  const key = usageKey(action, window)
  return { ...state, usage: changed(state.usage, key, 1), reserved: new Map(state.reserved).set(useId, key) }
}

const returned = (state: LicenseState, useId: string): LicenseState => {
  const key = state.reserved.get(useId)
  return key === undefined
    ? state
    : { ...state, usage: changed(state.usage, key, -1), reserved: without(state.reserved, useId) }
}

/** What is reserved stays taken: it may still come back to the count, or its key be released. */
const countsRestored = (state: LicenseState): LicenseState => {
  let usage: Usage = new Map()
  for (const key of state.reserved.values()) usage = changed(usage, key, 1)
  return { ...state, usage }
}

/**
 * The state after one more event. Counts survive a deletion: stored again, a license goes on where it stood. A use comes
 * back once at most, to the count that it was taken from, and not after its key was released.
 */
export const evolve = (state: LicenseState, event: LicenseEvent): LicenseState => {
  switch (event.type) {
    case 'LicenseStored':
      return stored(state, event.time)
    case 'LicensePersisted':
      return { ...state, persisted: true }
    case 'LicenseMarkedForPurge':
      return onMark(state, 'marked')
    case 'LicenseDisabled':
      return onDisable(state, 'disabled')
    case 'LicenseDeleted':
      return onDelete(state, 'deleted')
    case 'LicenseRevoked':
      return { ...state, standing: 'revoked' }
    case 'LicenseCountsRestored':
      return countsRestored(state)
    case 'UseReserved':
      return reserved(state, event.data)
    case 'UseReturned':
      return returned(state, event.data.useId)
    case 'KeyReleased':
      return {
        ...state,
        firstUsedAt: state.firstUsedAt ?? event.time,
        reserved: without(state.reserved, event.data.useId),
      }
  }
}
