import * as E from 'fp-ts/Either'

import type { SystemId } from '../identity/system-id'
import { conditionsFromRights, defaultConditions } from './rights-file'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95'

describe('rights file', () => {
  it('reads the example of the command line contract', () => {
    const file = {
      rights: [
        { action: 'Play', count: 5, until: '2027-01-01T00:00:00Z' },
        { action: 'Copy', inclusion: [SYSTEM.toUpperCase()] },
        { action: 'Backup' },
      ],
      minimumSecurityVersion: '2.2',
    }
    expect(conditionsFromRights(file)).toEqual(
      E.right({
        rights: [
          { action: 'Play', windows: [{ count: 5, until: '2027-01-01T00:00:00Z' }] },
          { action: 'Copy' },
          { action: 'Backup' },
        ],
        inclusion: [SYSTEM],
        requires: { security: '2.2' },
      })
    )
  })

  it('EX-6: Copy without a list grants no system', () => {
    expect(conditionsFromRights({ rights: [{ action: 'Copy' }] })).toEqual(E.right({ rights: [{ action: 'Copy' }] }))
  })

  it.each([
    [{}, '/rights'],
    [{ rights: [], surprise: 1 }, ''],
    [{ rights: [{ action: 'Play', countt: 1 }] }, '/rights/0'],
    [{ rights: [{ action: 'Sing' }] }, '/rights/0/action'],
    [{ rights: [{ action: 'Play', count: 1.5 }] }, '/rights/0'],
    [{ rights: [{ action: 'Play', inclusion: [SYSTEM] }] }, '/rights/0/inclusion'],
    [{ rights: [{ action: 'Copy', inclusion: ['x'] }] }, '/rights/0'],
    [{ rights: [], minimumSecurityVersion: '2.2.0.1' }, '/'],
    ['text', '/'],
  ])('refuses %j at %s', (file, where) => {
    const read = conditionsFromRights(file)
    expect(read).toMatchObject({ _tag: 'Left', left: { type: 'BadInput' } })
    expect(E.isLeft(read) && read.left.where).toContain(where)
  })

  it('grants everything to the built-in systems by default', () => {
    expect(defaultConditions([SYSTEM as SystemId])).toEqual({
      rights: [{ action: 'Play' }, { action: 'Copy' }, { action: 'Backup' }],
      inclusion: [SYSTEM],
    })
  })
})
