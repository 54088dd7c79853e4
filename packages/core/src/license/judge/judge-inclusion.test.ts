import fc from 'fast-check'

import { evaluateUse } from '../evaluate'
import type { Delivery } from '../evaluation'
import type { HeldLicense } from '../held-license'
import { heldLicense, TRUSTED } from '../testing/held-license'
import { SYSTEMS } from '../testing/scene'
import { judgeInclusion } from './judge-inclusion'

const [A, B] = SYSTEMS as [typeof SYSTEMS[number], typeof SYSTEMS[number]]
const ROOT_KEY = `${'C'.repeat(21)}A`
const chain = (leaf: object, root: object): HeldLicense => ({
  ...heldLicense({ ...leaf, chain: { role: 'leaf', uplink: ROOT_KEY, key: 'x' } }),
  root: heldLicense({ ...root, keyId: ROOT_KEY, chain: { role: 'root' } }),
})
const ruleOf = (held: HeldLicense, system = A): string | undefined => judgeInclusion(held, system)?.rule

describe('inclusion list', () => {
  it('EX-5: names the systems that the content may go to', () => {
    expect(ruleOf(heldLicense({ inclusion: [A] }))).toBeUndefined()
    expect(ruleOf(heldLicense({ inclusion: [A] }), B)).toBe('EX-5')
  })

  it.each([[{}], [{ inclusion: [] }]])('EX-6: none, or an empty one, never means all: %j', (members) => {
    expect(ruleOf(heldLicense(members))).toBe('EX-6')
  })

  it('LI-59 (decision): in a chain one link states a list at least, and each that does names the system', () => {
    expect(ruleOf(chain({ inclusion: [A] }, {}))).toBeUndefined()
    expect(ruleOf(chain({}, { inclusion: [A] }))).toBeUndefined()
    expect(ruleOf(chain({ inclusion: [A, B] }, { inclusion: [A] }))).toBeUndefined()
    expect(ruleOf(chain({ inclusion: [A, B] }, { inclusion: [A] }), B)).toBe('EX-5')
    expect(ruleOf(chain({ inclusion: [A] }, { inclusion: [] }))).toBe('EX-6')
    expect(ruleOf(chain({}, {}))).toBe('EX-6')
  })

  it('EX-7, P-21: is no level, and a level is no inclusion: each refuses by itself', () => {
    const lists = fc.subarray([A, B])
    fc.assert(
      fc.property(lists, fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.constantFrom(A, B), (inclusion, minimum, level, target) => {
        const held = heldLicense({ inclusion, copy: { minimum } })
        const delivery: Delivery = { type: 'copy', level, target, forms: { compressedVideo: level } }
        expect(judgeInclusion(held, target) === undefined).toBe(inclusion.includes(target))
        expect(evaluateUse(held, 'Copy', { ...TRUSTED, delivery }).type === 'Allowed').toBe(level >= minimum)
      })
    )
  })
})
