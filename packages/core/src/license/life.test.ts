import { lifeOf } from './life'
import { heldLicense, micros, NOW } from './testing/held-license'

const HOUR = 3600 * 1_000_000
const right = (action: string, ...windows: ReadonlyArray<object>): object => ({ action, windows })
const until = (text: string): object => ({ until: text })
const spent = (action: string, uses: number): object => ({ usage: new Map([[`${action}/0`, uses]]) })

describe('life of a license', () => {
  it.each([
    ['no conditions', { rights: [right('Play')] }, {}, 'usable'],
    ['the end to come', { rights: [right('Play', until('2026-06-01T12:00:00Z'))] }, {}, 'usable'],
    ['the end behind', { rights: [right('Play', until('2026-06-01T11:59:59Z'))] }, {}, 'over'],
    ['the start to come', { rights: [right('Play', { from: '2026-06-01T12:00:01Z' })] }, {}, 'not-yet'],
    ['counts left', { rights: [right('Play', { count: 2 })] }, spent('Play', 1), 'usable'],
    ['no counts left', { rights: [right('Play', { count: 2 })] }, spent('Play', 2), 'over'],
    ['no counts left, and a start to come', { rights: [right('Play', { count: 2, from: '2027-01-01T00:00:00Z' })] }, spent('Play', 2), 'over'],
    ['another right left', { rights: [right('Play', { count: 2 }), right('Copy')] }, spent('Play', 2), 'usable'],
    ['another right to come', { rights: [right('Play', { count: 2 }), right('Copy', { from: '2027-01-01T00:00:00Z' })] }, spent('Play', 2), 'not-yet'],
    ['only the backup left', { rights: [right('Play', { count: 2 }), right('Backup')] }, spent('Play', 2), 'over'],
    ['no rights', { rights: [] }, {}, 'over'],
  ])('LI-19: with %s', (_, members, state, life) => expect(lifeOf(heldLicense(members, state), NOW)).toBe(life))

  it('LI-19, LI-12: as long as one of two windows is open or to come', () => {
    const window = (year: number): object => ({ count: 1, from: `${year}-01-01T00:00:00Z`, until: `${year}-12-31T00:00:00Z` })
    const held = (uses: number) => heldLicense({ rights: [right('Play', window(2026), window(2028))] }, spent('Play', uses))
    expect(lifeOf(held(0), NOW)).toBe('usable')
    expect(lifeOf(held(1), NOW)).toBe('not-yet')
    expect(lifeOf(held(0), micros('2029-01-01T00:00:00Z'))).toBe('over')
  })

  it('LI-19, LI-20: ends with its hours, whatever counts are left', () => {
    const members = { rights: [right('Play')], afterFirstUseHours: 1 }
    expect(lifeOf(heldLicense(members), NOW)).toBe('usable')
    expect(lifeOf(heldLicense(members, { firstUsedAt: NOW - HOUR }), NOW)).toBe('usable')
    expect(lifeOf(heldLicense(members, { firstUsedAt: NOW - HOUR - 1 }), NOW)).toBe('over')
    const stored = { rights: [right('Play', { count: 5 })], afterStoreHours: 1 }
    expect(lifeOf(heldLicense(stored, { storedAt: NOW - HOUR - 1 }), NOW)).toBe('over')
  })
})
