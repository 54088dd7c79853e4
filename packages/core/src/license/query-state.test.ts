import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import type { HeldLicense } from './held-license'
import { queryLicenseState, type LicenseStateData } from './query-state'
import { STATE_CATEGORY } from './state-category'
import { STATE_FLAG, stateStructure } from './state-structure'
import { heldLicense, micros, NOW, TRUSTED } from './testing/held-license'

const FROM = '2026-05-01T00:00:00Z'
const UNTIL = '2026-07-01T00:00:00Z'
const DAY = 24 * 3600 * 1_000_000
const held = (members: object, state: object = {}): HeldLicense => heldLicense(members, state)
const windows = (...list: ReadonlyArray<object>): object => ({ rights: [{ action: 'Play', windows: list }] })
const play = (priority: number, ...list: ReadonlyArray<object>): HeldLicense => held({ ...windows(...list), priority })
const stateOf = (...licenses: ReadonlyArray<HeldLicense>): LicenseStateData => queryLicenseState(licenses, 'Play', TRUSTED)
const used = (uses: number): object => ({ usage: new Map([['Play/0', uses]]) })

describe('license state', () => {
  it.each([
    ['noRight', { rights: [{ action: 'Copy' }] }, [], []],
    ['unlimited', windows(), [], []],
    ['count', windows({ count: 5 }), [4], []],
    ['from', windows({ from: FROM }), [], [FROM]],
    ['until', windows({ until: UNTIL }), [], [UNTIL]],
    ['fromUntil', windows({ from: FROM, until: UNTIL }), [], [FROM, UNTIL]],
    ['countFrom', windows({ count: 5, from: FROM }), [4], [FROM]],
    ['countUntil', windows({ count: 5, until: UNTIL }), [4], [UNTIL]],
    ['countFromUntil', windows({ count: 5, from: FROM, until: UNTIL }), [4], [FROM, UNTIL]],
    ['expirationAfterFirstUse', { ...windows(), afterFirstUseHours: 48 }, [48], []],
  ] as const)('LI-12, §2.8 (inferred): %s', (category, members, counts, dates) => {
    expect(stateOf(held(members, used(1)))).toEqual({
      category: STATE_CATEGORY[category],
      counts,
      dates: dates.map(micros),
      vague: false,
      oplPresent: false,
      sapPresent: false,
    })
  })

  it('LI-12: two date pairs have two counts, by position', () => {
    const second = { count: 7, from: '2027-05-01T00:00:00Z', until: '2027-07-01T00:00:00Z' }
    const state = stateOf(held(windows({ count: 5, from: FROM, until: UNTIL }, second), used(2)))
    expect(state).toMatchObject({ category: STATE_CATEGORY.countFromUntil, counts: [3, 7] })
    expect(state.dates).toEqual([FROM, UNTIL, second.from, second.until].map(micros))
  })

  it('P-15: dates are two for each count in category 8, whatever was used', () => {
    const window = { count: 3, from: FROM, until: UNTIL }
    const usage = fc.dictionary(fc.constantFrom('Play/0', 'Play/1'), fc.nat({ max: 9 }))
    fc.assert(
      fc.property(usage, fc.boolean(), (uses, two) => {
        const license = held(two ? windows(window, window) : windows(window), { usage: new Map(Object.entries(uses)) })
        const { category, counts, dates } = stateOf(license)
        expect(category).toBe(STATE_CATEGORY.countFromUntil)
        expect(dates).toHaveLength(2 * counts.length)
        expect(counts.every((count) => count >= 0 && count <= 3)).toBe(true)
      })
    )
  })

  it('LI-20: an expiry after storing has a date, which no window outlasts (decision)', () => {
    const state = { storedAt: NOW - DAY }
    const end = NOW + DAY
    const hours = { afterStoreHours: 48 }
    expect(stateOf(held({ ...windows(), ...hours }, state))).toMatchObject({ category: STATE_CATEGORY.until, dates: [end] })
    expect(stateOf(held({ ...windows({ count: 5, until: UNTIL }), ...hours }, state))).toMatchObject({
      category: STATE_CATEGORY.countUntil,
      dates: [end],
    })
  })

  it('LI-10, LI-14: tells the most likely of several licenses, and that it is vague', () => {
    const counted = play(1, { count: 5 })
    const dated = play(2, { from: FROM, until: UNTIL })
    expect(stateOf(counted, dated)).toMatchObject({ category: STATE_CATEGORY.fromUntil, vague: true })
    expect(stateOf(dated, counted)).toEqual(stateOf(counted, dated))
  })

  it('LI-14: when one is spent the next is told, until all are', () => {
    const first = held({ ...windows({ count: 1 }), priority: 9 }, used(1))
    const later = play(8, { from: '2027-01-01T00:00:00Z' })
    const last = play(1, { count: 7 })
    expect(stateOf(first, later, last)).toMatchObject({ counts: [7], vague: true })
    expect(stateOf(first, later)).toMatchObject({ category: STATE_CATEGORY.from, vague: false })
    expect(stateOf(first)).toMatchObject({ category: STATE_CATEGORY.count, counts: [0], vague: false })
  })

  it('LI-14, LI-20: one whose hours are over is spent, also when a root’s are', () => {
    const over = held({ ...windows(), afterStoreHours: 1, priority: 9 }, { storedAt: NOW - DAY })
    const next = play(1, { count: 7 })
    expect(stateOf(over, next)).toMatchObject({ counts: [7], vague: false })
    const uplink = `${'B'.repeat(21)}A`
    const leaf = held({ ...windows(), priority: 9, chain: { role: 'leaf', uplink, key: 'x' } })
    const root = held({ ...windows(), afterStoreHours: 1, keyId: uplink, chain: { role: 'root' } }, { storedAt: NOW - DAY })
    expect(stateOf({ ...leaf, root }, next)).toMatchObject({ counts: [7], vague: false })
  })

  it('LI-13: one license that applies is certain, whatever else is held', () => {
    const other = held({ rights: [{ action: 'Copy' }] })
    const deleted = held(windows({ count: 5 }), { standing: 'deleted' })
    expect(stateOf(play(1, { count: 7 }), other, deleted)).toMatchObject({ counts: [7], vague: false })
    expect(stateOf(other, deleted)).toMatchObject({ category: STATE_CATEGORY.noRight, vague: false })
  })

  it('LI-15: says that levels and a secure sound path bind', () => {
    const bound = held({ ...windows(), play: { analogVideo: 1 }, requires: { audioPath: 1 } })
    expect(stateOf(bound)).toMatchObject({ oplPresent: true, sapPresent: true })
    const copying = held({ rights: [{ action: 'Play' }, { action: 'Copy' }], copy: { minimum: 1 } })
    expect(queryLicenseState([copying], 'Copy', TRUSTED)).toMatchObject({ oplPresent: true, sapPresent: false })
    expect(stateOf(copying)).toMatchObject({ oplPresent: false, sapPresent: false })
  })

  it('LI-14 (decision): a chain tells the link with conditions, and is vague where both have some', () => {
    const chain = (leaf: object, root: object | undefined): HeldLicense => {
      const uplink = `${'B'.repeat(21)}A`
      const below = held({ ...leaf, chain: { role: 'leaf', uplink, key: 'x' } })
      return root === undefined ? below : { ...below, root: held({ ...root, keyId: uplink, chain: { role: 'root' } }) }
    }
    const counted = windows({ count: 5 })
    expect(stateOf(chain(windows(), counted))).toMatchObject({ counts: [5], vague: false })
    expect(stateOf(chain(counted, windows()))).toMatchObject({ counts: [5], vague: false })
    expect(stateOf(chain(windows({ count: 3 }), counted))).toMatchObject({ counts: [3], vague: true })
    expect(stateOf(chain(counted, undefined))).toMatchObject({ counts: [5], vague: true })
    expect(stateOf(chain(counted, { rights: [] }))).toMatchObject({ category: STATE_CATEGORY.noRight })
  })
})

describe('state structure', () => {
  const state = stateOf(held({ ...windows({ count: 5, from: '1970-01-01T00:00:01Z', until: UNTIL }), play: { analogVideo: 1 } }))

  it('LI-12, LI-15: lays counts, dates and flags out by position', () => {
    // 1601 to 1970: 11,644,473,600 seconds.
    const second = 116_444_736_010_000_000n
    expect(stateStructure({ ...state, vague: true, sapPresent: true })).toEqual(
      E.right({
        dwStreamId: 0,
        dwCategory: 8,
        dwNumCounts: 1,
        dwCount: [5, 0, 0, 0],
        dwNumDates: 2,
        datetime: [second, BigInt(Date.parse(UNTIL)) * 10_000n + 116_444_736_000_000_000n, 0n, 0n],
        dwVague: STATE_FLAG.vague | STATE_FLAG.oplPresent | STATE_FLAG.sapPresent,
      })
    )
    expect(STATE_FLAG).toEqual({ vague: 1, oplPresent: 2, sapPresent: 4 })
  })

  it('LI-11: knows no stream but 0, which is all of them', () => {
    expect(E.isRight(stateStructure(state, 0))).toBe(true)
    expect(stateStructure(state, 1)).toMatchObject({ _tag: 'Left', left: { type: 'BadInput', where: 'stream' } })
  })
})
