import { evaluate } from '../evaluate'
import type { CollaborativeSession } from '../evaluation'
import { heldLicense, TRUSTED } from '../testing/held-license'

const held = heldLicense({ rights: [{ action: 'CollaborativePlay' }, { action: 'Play' }] })
const asked = (session?: CollaborativeSession, action = 'CollaborativePlay') =>
  evaluate(held, action, { ...TRUSTED, ...(session && { session }) })

describe('collaborative play', () => {
  it('LI-5: takes one session at a time, with everybody online', () => {
    expect(asked({ others: 0, offline: 0 }).type).toBe('Allowed')
    expect(asked({ others: 1, offline: 0 })).toMatchObject({ refusals: [{ reason: 'SessionUnfit', rule: 'LI-5' }] })
    expect(asked({ others: 0, offline: 1 })).toMatchObject({ refusals: [{ reason: 'SessionUnfit', rule: 'LI-5' }] })
  })

  it('LI-5, R6: a session that is not stated, or not in numbers, is none', () => {
    expect(asked()).toMatchObject({ refusals: [{ rule: 'LI-5' }] })
    expect(asked({ others: Number.NaN, offline: 0 }).type).toBe('Refused')
  })

  it('LI-5: says nothing of playing alone', () => expect(asked({ others: 1, offline: 1 }, 'Play').type).toBe('Allowed'))
})
