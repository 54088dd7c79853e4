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

  it('reads all that an owner may state', () => {
    const window = { count: 1, from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }
    const file = {
      rights: [{ action: 'Play', windows: [window, window] }],
      priority: 7,
      persist: 'savable',
      sourceId: 'shop',
      afterStoreHours: 48,
      clockSetBack: 'delete',
      minimumApplicationLevel: 1000,
      minimumRevocationVersion: '9',
      minimumAudioPath: 1,
      secureClock: true,
      metering: 'm',
      play: { compressedVideo: 100, video: [{ id: `{${SYSTEM.toUpperCase()}}`, config: '1' }] },
      copy: { minimum: 200, includes: [SYSTEM.toUpperCase()], excludes: [] },
    }
    const { rights, priority, persist, sourceId, afterStoreHours, clockSetBack } = file
    expect(conditionsFromRights(file)).toEqual(
      E.right({
        ...{ rights, priority, persist, sourceId, afterStoreHours, clockSetBack },
        requires: { application: 1000, revocation: '9', audioPath: 1, clock: true, metering: 'm' },
        play: { compressedVideo: 100, video: [{ id: SYSTEM, config: '1' }] },
        copy: { minimum: 200, includes: [SYSTEM], excludes: [] },
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
    [{ rights: [], afterFirstUseHours: 1, afterStoreHours: 1 }, '/afterStoreHours'],
    [{ rights: [{ action: 'Play', count: 1, windows: [] }] }, '/rights/0/windows'],
    [{ rights: [{ action: 'Play', windows: [{}, {}, {}] }] }, '/rights/0/windows'],
    [{ rights: [{ action: 'Play', windows: [{ counts: 1 }] }] }, '/rights/0/windows/0/counts'],
    [{ rights: [], play: { hologram: 1 } }, '/play/hologram'],
    [{ rights: [], copy: { minimum: 65_536 } }, '/copy/minimum'],
    [{ rights: [], clockSetBack: 'forgive' }, '/clockSetBack'],
    [{ rights: [], afterStoreHours: 876_001 }, '/afterStoreHours'],
    [{ rights: [], minimumRevocationVersion: '18446744073709551616' }, '/minimumRevocationVersion'],
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
