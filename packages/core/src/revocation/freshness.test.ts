import { freshness } from './freshness'
import { isListed, informationVersion, noRevocation, ownApplicationRevoked, type RevocationState } from './revocation-state'

const DAY = 24 * 3600 * 1_000_000
const DUE = 1_000 * DAY
const list = { version: 3n, digest: 'd', issued: 900 * DAY, nextUpdate: DUE, entries: new Set(['a', 'b']) }
const state: RevocationState = { ...noRevocation, lists: new Map([['application', list]]) }
const information = { version: 9n, digest: 'i', issued: 0, nextUpdate: DUE, lists: new Map([['application', list]] as const) }

describe('freshness', () => {
  it('is fresh until the next version is due, in grace for seven days, then stale', () => {
    expect(freshness(state, 'application', DUE)).toBe('fresh')
    expect(freshness(state, 'application', DUE + 1)).toBe('grace')
    expect(freshness(state, 'application', DUE + 7 * DAY)).toBe('grace')
    expect(freshness(state, 'application', DUE + 7 * DAY + 1)).toBe('stale')
  })

  it('R6: is none for a kind without a list', () => {
    expect(freshness(state, 'device', 0)).toBe('none')
    expect(freshness(noRevocation, 'information', 0)).toBe('none')
    expect(freshness({ ...noRevocation, information }, 'information', DUE)).toBe('fresh')
  })

  it('is stale for a list that the revocation information has superseded', () => {
    const demands = (version: bigint): RevocationState => ({
      ...state,
      information: { ...information, lists: new Map([['application', { version, digest: 'd' }]]) },
    })
    expect(freshness(demands(3n), 'application', DUE)).toBe('fresh')
    expect(freshness(demands(2n), 'application', DUE)).toBe('fresh')
    expect(freshness(demands(4n), 'application', DUE)).toBe('stale')
  })
})

describe('revocation state', () => {
  it('RV-10: says listed or not, of the kind that is asked for', () => {
    expect(isListed(state, 'application', ['x', 'b'])).toBe(true)
    expect(isListed(state, 'application', ['x'])).toBe(false)
    expect(isListed(state, 'application', [])).toBe(false)
    expect(isListed(state, 'device', ['a'])).toBe(false)
  })

  it('RV-4: a listed application of our own is revoked', () => {
    expect(ownApplicationRevoked(state, 'a')).toBe(true)
    expect(ownApplicationRevoked(state, 'c')).toBe(false)
    const devices: RevocationState = { ...noRevocation, lists: new Map([['device', list]]) }
    expect(ownApplicationRevoked(devices, 'a')).toBe(false)
  })

  it('RV-3: versions are 64-bit', () => {
    expect(informationVersion(noRevocation)).toBeNull()
    const greatest = { ...information, version: 2n ** 64n - 1n }
    expect(informationVersion({ ...state, information: greatest })).toBe('18446744073709551615')
  })
})
