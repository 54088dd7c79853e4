import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { foldStream } from '../home/fold-stream'
import { protectLicense } from '../home/protect-license'
import { succeed, temporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import { usageKey } from '../license/usage'
import { authorizeExport } from '../transfer/authorize-export'
import type { Grant } from '../transfer/grant'
import { evolve, initial } from '../vault/license-decider'
import { LICENSE_EVENTS, licenseStream } from '../vault/license-event'
import { returnAbandonedUses } from '../vault/return-abandoned-uses'
import { connectPipeline } from './connect-pipeline'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const RUNS = 25
const redeemer = connectPipeline()

type Step = 'ask' | 'open' | 'wait' | 'recover'
const steps = fc.array(
  fc.array(fc.constantFrom<Step>('ask', 'ask', 'open', 'open', 'wait', 'recover'), { minLength: 1, maxLength: 5 }),
  { minLength: 1, maxLength: 6 }
)

/** Runs each group of steps at once, over two handles of one home, and counts the keys that left. */
const play = async (count: number, groups: ReadonlyArray<ReadonlyArray<Step>>): Promise<void> => {
  const place = temporaryPlace()
  try {
    const homes = [await place.open(), await place.open()] as const
    const conditions = { rights: [{ action: 'Copy' as const, windows: [{ count }] }], inclusion: [SYSTEM] }
    const license = await succeed(protectLicense(homes[0])({ keyId: KEY_ID, conditions }))
    const grants: Grant[] = []
    let released = 0
    const what = { keyId: KEY_ID, system: SYSTEM, action: 'Copy', source: { digest: 'x' } } as const
    const request = { ...what, registered: [SYSTEM], targetKeys: [] }
    const does: Readonly<Record<Step, (index: number) => Promise<void>>> = {
      ask: async (index) => {
        const decision = await succeed(authorizeExport(homes[index % 2 === 0 ? 0 : 1])(request))
        if (decision.type === 'Granted') grants.push(decision.grant)
      },
      open: async (index) => {
        if (E.isRight(await redeemer.open(grants[index % (grants.length + 1)])())) released += 1
      },
      wait: async () => place.clock.advance(301),
      recover: async (index) => {
        await succeed(returnAbandonedUses(homes[index % 2 === 0 ? 0 : 1]))
      },
    }
    for (const group of groups) {
      await Promise.all(group.map((step, index) => does[step](index)))
      const { state } = await succeed(
        foldStream(homes[0].store, licenseStream(license.issuer, license.lid), { definitions: LICENSE_EVENTS, initial, evolve })
      )
      const used = state.usage.get(usageKey('Copy', 0)) ?? 0
      expect(used).toBeGreaterThanOrEqual(released)
      expect(used).toBeLessThanOrEqual(count)
    }
    expect(released).toBeLessThanOrEqual(count)
  } finally {
    place.remove()
  }
}

describe('counting uses', () => {
  it('R12: no interleaving of asking, opening, expiry and recovery releases more keys than the license counts', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3 }), steps, play), { numRuns: RUNS })
  }, 60_000)
})
