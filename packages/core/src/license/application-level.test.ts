import type { SecurityVersion } from '../identity/security-version'
import { APPLICATION_LEVEL, firstGenerationConditions } from './application-level'
import { evaluate } from './evaluate'
import type { DeviceStatement, Evaluation } from './evaluation'
import { DEVICE, heldLicense, TRUSTED } from './testing/held-license'

const asked = (requires: object, device: Partial<DeviceStatement>): Evaluation =>
  evaluate(heldLicense({ requires }), 'Copy', { ...TRUSTED, device: { ...DEVICE, ...device } })

describe('application level', () => {
  it.each(Object.values(APPLICATION_LEVEL))('LI-23: a minimum of %i is met by it and by all above', (application) => {
    for (const applicationLevel of Object.values(APPLICATION_LEVEL)) {
      expect(asked({ application }, { applicationLevel }).type === 'Allowed').toBe(applicationLevel >= application)
    }
    expect(asked({ application }, {})).toMatchObject({ refusals: [{ reason: 'ApplicationLevelTooLow', bits: 0x41 }] })
  })

  it('LI-23: knows the three levels', () => expect(Object.values(APPLICATION_LEVEL)).toEqual([150, 1000, 2000]))

  it('LI-24: is not made up for by a version or a protection level, nor makes up for one', () => {
    const version = { epoch: 1, securityVersion: '2000.0.0.1' as SecurityVersion }
    expect(asked({ application: 1000 }, version).type).toBe('Refused')
    expect(asked({ security: '2.2' }, { applicationLevel: 2000 }).type).toBe('Refused')
    const delivery = { type: 'output', forms: { compressedAudio: 2000 }, protections: [] } as const
    const held = heldLicense({ requires: { application: 1000 } })
    expect(evaluate(held, 'Copy', { ...TRUSTED, delivery }).type).toBe('Refused')
    const bound = heldLicense({ play: { compressedAudio: 1 } })
    const weak = { type: 'output', forms: { compressedAudio: 0 }, protections: [] } as const
    const device = { ...DEVICE, applicationLevel: 2000 }
    expect(evaluate(bound, 'Copy', { ...TRUSTED, device, delivery: weak }).type).toBe('Refused')
  })

  it('LI-25: a license of the first generation asks for 150 unless it says otherwise', () => {
    const conditions = { rights: [{ action: 'Play' as const }] }
    expect(firstGenerationConditions(conditions).requires).toEqual({ application: 150 })
    expect(firstGenerationConditions({ ...conditions, requires: { application: 2000 } }).requires).toEqual({ application: 2000 })
  })
})
