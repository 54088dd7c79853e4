import fc from 'fast-check'

import type { IssuerId } from '../../identity/issuer-id'
import type { SecurityVersion } from '../../identity/security-version'
import type { SystemId } from '../../identity/system-id'
import { Action } from '../action'
import { DATA_FORMS, type Circumstances, type DataForm, type Delivery, type DeviceStatement } from '../evaluation'
import type { HeldLicense } from '../held-license'
import type { LicenseState } from '../license-state'
import { usageKey } from '../usage'
import { heldLicense, NOW } from './held-license'

/** One question to the evaluation: a license or chain, an action, and what it is asked under. */
export interface Scene {
  readonly held: HeldLicense
  readonly action: string
  readonly circumstances: Circumstances
}

const HOUR = 3600 * 1_000_000

/** All actions that a license can grant. */
export const ACTIONS: ReadonlyArray<Action> = Action.types.map(({ value }) => value)

/** Systems that lists and deliveries name. */
export const SYSTEMS: ReadonlyArray<SystemId> = [
  '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId,
  'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId,
  'e2719d58-a985-b3c9-781a-b030af78d30e' as SystemId,
]

const ISSUERS: ReadonlyArray<IssuerId> = ['A'.repeat(43) as IssuerId, `${'B'.repeat(42)}A` as IssuerId]
const ROOT_KEY = `${'C'.repeat(21)}A`
const METERS = ['meter-1', 'meter-2'] as const

const timestamp = (hours: number): string => new Date((NOW + hours * HOUR) / 1000).toISOString().replace('.000', '')
const before = fc.integer({ min: -5, max: 1 }).map(timestamp)
const after = fc.integer({ min: -1, max: 5 }).map(timestamp)
const count = fc.integer({ min: 1, max: 3 })
const systems = fc.uniqueArray(fc.constantFrom(...SYSTEMS), { maxLength: 3 })
const level = fc.constantFrom(0, 100, 200, 300)

/** Windows that a document may state for one right: none, one of any conditions, two full ones. */
export const windows = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 6, arbitrary: fc.record({ count, from: before, until: after }, { requiredKeys: [] }).map((one) => [one]) },
  { weight: 1, arbitrary: fc.array(fc.record({ count, from: before, until: after }), { minLength: 2, maxLength: 2 }) }
)

const rights = fc
  .subarray([...ACTIONS], { minLength: 3 })
  .chain((actions) => fc.tuple(...actions.map((action) => windows.map((list) => ({ action, windows: list })))))

const requires = fc.record(
  {
    security: fc.constantFrom('2.2', '2.9', '2.10'),
    application: fc.constantFrom(150, 1000, 2000),
    clock: fc.boolean(),
    metering: fc.constantFrom(...METERS),
    audioPath: fc.integer({ min: 0, max: 2 }),
    revocation: fc.constantFrom('0', '9', '10', '18446744073709551615'),
  },
  { requiredKeys: [] }
)

const protections = fc.array(fc.record({ id: fc.constantFrom(...SYSTEMS), config: fc.constant('1') }), { maxLength: 2 })

const play = fc.record(
  {
    compressedVideo: level,
    uncompressedVideo: level,
    analogVideo: level,
    compressedAudio: level,
    uncompressedAudio: level,
    video: protections,
    audio: protections,
  },
  { requiredKeys: [] }
)

const copy = fc.record({ minimum: level, includes: systems, excludes: systems }, { requiredKeys: ['minimum'] })

/** Nothing in four of five: with every condition stated nothing would ever be allowed, and no fault be seen. */
const rarely = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const without = (record: object): object => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

/** Conditions that a document may state, in every mixture of members; the mixtures of a right are those of §2.8 or not. */
export const conditions: fc.Arbitrary<object> = fc
  .record({
    rights,
    issuer: fc.constantFrom(...ISSUERS),
    priority: rarely(fc.nat({ max: 3 })),
    issued: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
    persist: fc.constantFrom('permanent', 'temporary', 'savable'),
    afterFirstUseHours: rarely(fc.integer({ min: 1, max: 3 })),
    afterStoreHours: rarely(fc.integer({ min: 1, max: 3 })),
    clockSetBack: rarely(fc.constantFrom('none', 'disable', 'delete')),
    requires: rarely(requires),
    play: rarely(play),
    copy: rarely(copy),
    inclusion: rarely(systems),
  })
  .map(without)

const standing = fc.oneof(
  { weight: 12, arbitrary: fc.constant('held' as const) },
  { weight: 1, arbitrary: fc.constantFrom('absent', 'marked', 'disabled', 'deleted', 'revoked') }
)
const COUNTS = ACTIONS.flatMap((action) => [usageKey(action, 0), usageKey(action, 1)])
const usage = fc
  .dictionary(fc.constantFrom(...COUNTS), fc.nat({ max: 3 }), { maxKeys: 3 })
  .map((uses) => new Map(Object.entries(uses)))

/** What may have become of a license: mostly held, used a little, stored and used some hours ago. */
export const licenseState: fc.Arbitrary<Partial<LicenseState>> = fc.record({
  standing,
  usage,
  storedAt: fc.integer({ min: -4, max: 0 }).map((hours) => NOW + hours * HOUR),
  firstUsedAt: fc.option(fc.integer({ min: -4, max: 0 }).map((hours) => NOW + hours * HOUR), { nil: null }),
})

const lid = fc.nat({ max: 9 }).map((digit) => `01890000-0000-7000-8000-00000000000${digit}`)
const link = (chain: object): fc.Arbitrary<HeldLicense> =>
  fc.tuple(conditions, lid, licenseState).map(([members, id, state]) => heldLicense({ ...members, lid: id, ...chain }, state))

const leaf = link({ chain: { role: 'leaf', uplink: ROOT_KEY, key: 'x' } })
const root = link({ chain: { role: 'root' }, keyId: ROOT_KEY })

/** A license, a chain, or a leaf whose root is missing. */
export const anyHeldLicense: fc.Arbitrary<HeldLicense> = fc.oneof(
  { weight: 5, arbitrary: link({}) },
  { weight: 4, arbitrary: fc.tuple(leaf, root).map(([below, above]) => ({ ...below, root: above })) },
  { weight: 1, arbitrary: leaf }
)

const device: fc.Arbitrary<DeviceStatement> = fc
  .record({
    epoch: fc.nat({ max: 2 }),
    securityVersion: fc.constantFrom('2.2.0.0', '2.2.0.1', '2.9.0.1', '2.10.0.1', '2.10.0.1') as fc.Arbitrary<SecurityVersion>,
    applicationLevel: fc.constantFrom(undefined, 150, 1000, 2000, 2000, 2000),
    secureClock: fc.constantFrom(undefined, false, true, true, true),
    metering: fc.constantFrom(undefined, [], [...METERS], [...METERS], [...METERS]),
    audioPath: fc.constantFrom(undefined, 1, 2, 2, 2),
    revocation: fc.constantFrom(undefined, '9', '10', '18446744073709551615', '18446744073709551615'),
  })
  .map((statement) => without(statement) as DeviceStatement)

const forms = fc.dictionary(fc.constantFrom<DataForm>(...DATA_FORMS), level, { maxKeys: 3 })

/** Where the data of one use may go. */
export const delivery: fc.Arbitrary<Delivery> = fc.oneof(
  fc.record({ type: fc.constant('output' as const), forms, protections: systems }),
  fc.record({ type: fc.constant('copy' as const), level, target: fc.constantFrom(...SYSTEMS), forms })
)

const session = fc.record({ others: fc.nat({ max: 1 }), offline: fc.nat({ max: 1 }) })

/** Circumstances around noon of the first of June, mostly with a clock that can be believed. */
export const circumstances: fc.Arbitrary<Circumstances> = fc
  .record({
    now: fc.constantFrom(NOW, NOW - HOUR, NOW + HOUR),
    clock: fc.constantFrom<Circumstances['clock']>(
      { type: 'trusted' },
      { type: 'trusted' },
      { type: 'trusted' },
      { type: 'trusted' },
      { type: 'set-back', acceptedFor: ISSUERS[0] ?? null },
      { type: 'set-back', acceptedFor: null }
    ),
    device,
    delivery: fc.option(delivery, { nil: undefined }),
    session: fc.option(session, { nil: undefined }),
  })
  .map((all) => without(all) as Circumstances)

/** Any question that the evaluation may be asked. */
export const anyScene: fc.Arbitrary<Scene> = fc.record({
  held: anyHeldLicense,
  action: fc.constantFrom(...ACTIONS),
  circumstances,
})
