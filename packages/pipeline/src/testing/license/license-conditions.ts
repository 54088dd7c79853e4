import type { Conditions } from '@custody/core/license'
import type { SystemId } from '@custody/core/identity'
import fc from 'fast-check'

/** Systems that inclusion lists name. */
export const SYSTEMS: ReadonlyArray<SystemId> = [
  '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId,
  'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId,
  'e2719d58-a985-b3c9-781a-b030af78d30e' as SystemId,
]

type Right = Conditions['rights'][number]
type Window = NonNullable<Right['windows']>[number]
type Moment = NonNullable<Window['until']>

/** A moment so many hours after the time that judges take for now. */
export type MomentOf = (hours: number) => string

const hours = fc.integer({ min: -3, max: 3 })

const windows = (momentOf: MomentOf): fc.Arbitrary<ReadonlyArray<Window>> => {
  const moment = hours.map((at) => momentOf(at) as Moment)
  const one = fc.record({ count: fc.integer({ min: 1, max: 3 }), from: moment, until: moment }, { requiredKeys: [] })
  return fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: one.map((window) => [window]) })
}

const level = fc.constantFrom(0, 100, 200)

/**
 * Conditions that an issuer may state: rights with counts and dates, an inclusion list, a least security version, levels for
 * copies. Those of every kind are drawn often enough to allow and to refuse.
 */
export const licenseConditions = (momentOf: MomentOf): fc.Arbitrary<Conditions> =>
  fc
    .record(
      {
        rights: fc
          .subarray(['Copy', 'Play', 'Backup'] as const, { minLength: 1 })
          .chain((actions) => fc.tuple(...actions.map((action) => windows(momentOf).map((of): Right => ({ action, windows: of }))))),
        inclusion: fc.subarray([...SYSTEMS]),
        copy: fc.record({ minimum: level }),
        requires: fc.record({ security: fc.constantFrom('2.2', '2.9', '3.0') }),
      },
      { requiredKeys: ['rights'] }
    )
    .map((all) => all as unknown as Conditions)

/** Takes something away: what comes out may allow what the conditions before did, and no more. */
export interface Restriction {
  readonly name: string
  readonly apply: (conditions: Conditions) => Conditions
}

const onWindows = (name: string, change: (window: Window) => Window): Restriction => ({
  name,
  apply: (conditions) => ({
    ...conditions,
    rights: conditions.rights.map(({ windows: of = [], ...right }) => ({
      ...right,
      windows: of.length === 0 ? [change({})] : of.map(change),
    })),
  }),
})

/** Restrictions of every kind that {@link licenseConditions} states. */
export const restrictions = (momentOf: MomentOf): fc.Arbitrary<Restriction> =>
  fc.record({ at: hours, system: fc.constantFrom(...SYSTEMS) }).chain(({ at, system }) =>
    fc.constantFrom<Restriction>(
      { name: 'takes the right to copy away', apply: (all) => ({ ...all, rights: all.rights.filter(({ action }) => action !== 'Copy') }) },
      {
        name: 'takes a system from the list',
        apply: (all) => ({ ...all, inclusion: (all.inclusion ?? []).filter((id) => id !== system) }),
      },
      { name: 'demands a high level of copies', apply: (all) => ({ ...all, copy: { ...all.copy, minimum: 300 } }) },
      {
        name: 'demands a security version that no device has',
        apply: (all) => ({ ...all, requires: { ...all.requires, security: '9.9' } }) as unknown as Conditions,
      },
      onWindows('ends earlier', ({ until, ...window }) => {
        const end = momentOf(at) as Moment
        return { ...window, until: until !== undefined && until < end ? until : end }
      }),
      onWindows('begins later', ({ from, ...window }) => {
        const start = momentOf(at) as Moment
        return { ...window, from: from !== undefined && from > start ? from : start }
      }),
      onWindows('has one use', (window) => ({ ...window, count: 1 }))
    )
  )
