import * as fc from 'fast-check'

import type { AnyEventDefinition } from '../../event/define-event'
import { evolve as evolveDevice, initial as initialDevice, type DeviceState } from '../../device/device-decider'
import { DEVICE_EVENTS } from '../../device/device-event'
import type { NewEvent } from '../../store/event-store'
import { counterFold } from '../../vault/counter-fold'
import { holdingFold } from '../../vault/holding-fold'
import { evolve as evolveUse, initial as initialUse, type UseState } from '../../vault/use-decider'
import { USE_EVENTS } from '../../vault/use-event'
import type { StreamFold } from '../fold-stream'

const ISSUER = 'A'.repeat(43)
const LID = '01890a5d-ac96-774b-bcce-b302099a8057'
const KEY_ID = '0f'.repeat(16)
const USES = ['u1', 'u2', 'u3', 'u4'] as const

const event = (type: string, data: unknown, schemaVersion = 1): NewEvent => ({ type, schemaVersion, data })

const license = { issuer: ISSUER, lid: LID, keyId: KEY_ID }
const facts = { persist: 'savable', clockSetBack: 'disable', ends: true, uplink: null, revocable: null }

const useId = fc.constantFrom(...USES)
const reserved = fc.record({ useId, action: fc.constantFrom('Play', 'Copy'), window: fc.constantFrom(null, 0, 1) })

const reservation = reserved.map((data) => event('UseReserved', { ...license, ...data, expires: 5 }))
const returned = useId.map((id) => event('UseReturned', { issuer: ISSUER, lid: LID, useId: id, why: 'expired' }))
const released = useId.map((id) => event('KeyReleased', { useId: id, keyIds: [KEY_ID] }))

const licenseEvents = fc.oneof(
  { arbitrary: reservation, weight: 5 },
  { arbitrary: returned, weight: 3 },
  { arbitrary: released, weight: 3 },
  fc.constantFrom('d1', 'd2').map((docDigest) =>
    event('LicenseStored', { ...license, document: 'jws', docDigest, priority: 1, facts }, 2)
  ),
  fc
    .constantFrom('LicensePersisted', 'LicenseMarkedForPurge', 'LicenseDisabled')
    .map((type) => event(type, license)),
  fc.constant(event('LicenseCountsRestored', { ...license, run: 'r' })),
  fc.constantFrom('owner', 'clock').map((why) => event('LicenseDeleted', { ...license, why })),
  { arbitrary: fc.constant(event('LicenseRevoked', { ...license, message: 'm' })), weight: 1 }
)

const useEvents = fc.oneof(
  reservation,
  returned,
  released,
  useId.map((id) => event('ProtectionAuthorized', { useId: id, ...license, expires: 5 })),
  fc.tuple(fc.constantFrom('UseFinished', 'UseBroken'), useId).map(([type, id]) => event(type, { useId: id })),
  useId.map((id) => event('GrantOpened', { useId: id, grantId: 'g' })),
  useId.map((id) => event('GrantClosed', { useId: id, grantId: 'g', outcome: 'finished' }))
)

const counterEvents = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.bigInt({ min: 1n, max: 2n ** 20n }))
  .map(([from, count]) => event('CounterRangeReserved', { keyId: KEY_ID, from: String(from), to: String(from + count) }))

const deviceEvents = fc
  .tuple(fc.nat(9), fc.constantFrom('2.2.0.0', '2.3.0.1'))
  .map(([epoch, securityVersion]) => event('DeviceEpochInstalled', { epoch, securityVersion }))

/** Keeps a state as it is; enough for folds whose state is JSON. */
const asJson = <S>(name: string) => ({
  name,
  version: 1,
  encode: (state: S): unknown => Object.fromEntries(Object.entries(state as object).map(([key, value]) => [key, value ?? null])),
  decode: (json: unknown): S =>
    Object.fromEntries(Object.entries(json as object).map(([key, value]) => [key, value ?? undefined])) as S,
})

/** A fold with events that its stream may hold, in any order. */
export interface GeneratedFold {
  readonly name: string
  readonly fold: StreamFold<AnyEventDefinition, unknown>
  readonly events: fc.Arbitrary<NewEvent>
}

const generated = <D extends AnyEventDefinition, S>(
  name: string,
  fold: StreamFold<D, S>,
  events: fc.Arbitrary<NewEvent>
): GeneratedFold => ({ name, fold: fold as unknown as GeneratedFold['fold'], events })

/** The folds of streams that a home has. */
export const GENERATED_FOLDS: ReadonlyArray<GeneratedFold> = [
  generated('license', holdingFold, licenseEvents),
  generated('counter', counterFold, counterEvents),
  generated(
    'use',
    { definitions: USE_EVENTS, initial: initialUse, evolve: evolveUse, snapshot: asJson<UseState>('use') },
    useEvents
  ),
  generated(
    'device',
    { definitions: DEVICE_EVENTS, initial: initialDevice, evolve: evolveDevice, snapshot: asJson<DeviceState>('device') },
    deviceEvents
  ),
]
