import { expireAfterFirstUse, expireAfterStore } from './expiry-in-hours'

describe('expiry in hours', () => {
  const conditions = { rights: [{ action: 'Play' as const }], priority: 3 }

  it('LI-20: the last one set wins', () => {
    const used = { ...conditions, afterFirstUseHours: 48 }
    const stored = { ...conditions, afterStoreHours: 24 }
    expect(expireAfterFirstUse(conditions, 48)).toEqual(used)
    expect(expireAfterStore(expireAfterFirstUse(conditions, 48), 24)).toEqual(stored)
    expect(expireAfterFirstUse(expireAfterStore(conditions, 24), 48)).toEqual(used)
  })
})
