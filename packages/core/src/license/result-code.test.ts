import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { evaluate, evaluateUse } from './evaluate'
import type { Evaluation } from './evaluation'
import { RESULT_CODE } from './result-code'
import { heldLicense, TRUSTED } from './testing/held-license'

const codesOf = (evaluation: Evaluation): ReadonlyArray<string | undefined> =>
  evaluation.type === 'Allowed' ? [] : evaluation.refusals.map(({ reason }) => RESULT_CODE[reason]?.name)
const copy = (window: object) => heldLicense({ rights: [{ action: 'Copy', windows: [window] }] })

describe('result codes', () => {
  it('have the numbers of the reference', () => {
    const reference = readFileSync(join(__dirname, '../../../../docs/reference/domain.md'), 'utf8')
    for (const { name, value } of Object.values(RESULT_CODE)) {
      const number = `0x${value.toString(16).toUpperCase().padStart(8, '0')}`
      const short = name.replace('NS_E_', '')
      const stated = [`| ${name} | ${number}`, `${short} ${number}`].some((text) => reference.includes(text))
      expect([name, number, stated]).toEqual([name, number, true])
    }
  })

  it('LI-22: tell a right that has not begun from one that has ended', () => {
    expect(codesOf(evaluate(copy({ from: '2027-01-01T00:00:00Z' }), 'Copy', TRUSTED))).toEqual(['NS_E_DRM_LICENSE_NOTENABLED'])
    expect(codesOf(evaluate(copy({ until: '2026-01-01T00:00:00Z' }), 'Copy', TRUSTED))).toEqual(['NS_E_DRM_LICENSE_EXPIRED'])
  })

  it('LI-23, LI-33, LI-35, LI-59: name the level, the levels not fetched, the old list, the missing root and the chain too long', () => {
    const low = heldLicense({ requires: { application: 1000 } })
    const bound = heldLicense({ play: { analogVideo: 1 } })
    const old = heldLicense({ requires: { revocation: '1' } })
    const leaf = heldLicense({ chain: { role: 'leaf', uplink: 'A'.repeat(22), key: 'x' } })
    expect([low, bound, old, leaf, { ...leaf, root: leaf }].flatMap((held) => codesOf(evaluateUse(held, 'Copy', TRUSTED)))).toEqual([
      'NS_E_DRM_LICENSE_APPSECLOW',
      'NS_E_DRM_RESTRICTIONS_NOT_RETRIEVED',
      'NS_E_DRM_RIV_TOO_SMALL',
      'NS_E_DRM_NO_UPLINK_LICENSE',
      'NS_E_DRM_CHAIN_TOO_LONG',
    ])
  })
})
