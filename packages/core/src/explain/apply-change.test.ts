import * as E from 'fp-ts/Either'

import type { Standing } from '../license/license-state'
import { heldLicense, TRUSTED } from '../license/testing/held-license'
import { storedOf } from '../transfer/candidate'
import { evolve, type LicenseEvent } from '../vault/license-decider'
import { applyChange } from './apply-change'
import type { Change } from './change'

const BEEN_HERE: ReadonlyArray<Standing> = ['held', 'marked', 'disabled', 'deleted', 'revoked']
const HAPPENINGS = ['LicenseStored', 'LicenseDeleted'] as const satisfies ReadonlyArray<Change['type']>

describe('applying a change', () => {
  describe.each(HAPPENINGS)('LI-50: %s makes the same of a license as in the vault', (type) => {
    it.each(BEEN_HERE)('that is %s', (standing) => {
      const held = heldLicense({}, { standing })
      const { issuer, lid, keyId } = held.license
      const asked = { type: 'query', keyId, action: 'Copy', barred: null, circumstances: TRUSTED } as const
      const scene = applyChange({ candidates: [{ issuer, lid, held: E.right(held) }], asked }, { type, license: { issuer, lid } })
      const inVault = evolve(held.state, { type, time: TRUSTED.now } as LicenseEvent)
      expect(scene.candidates.map((candidate) => storedOf(candidate).state.standing)).toEqual([inVault.standing])
    })
  })
})
