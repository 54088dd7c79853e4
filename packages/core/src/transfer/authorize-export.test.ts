import * as E from 'fp-ts/Either'
import { writeFileSync } from 'node:fs'
import { lastValueFrom, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import type { RequiredVersion } from '../identity/security-version'
import type { Conditions } from '../license/conditions'
import { timestampFromMicros } from '../license/timestamp'
import { usesOf } from '../license/usage'
import { connectPipeline } from '../pipeline-connection/connect-pipeline'
import { secretFromBytes } from '../secret/secret'
import { revealKeys } from '../vault/reveal-keys'
import { licensesByLid } from '../vault/stored-licenses'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer } from '../vault/testing/test-issuer'
import { trustIssuer } from '../vault/trust-issuer'
import { authorizeExport } from './authorize-export'
import type { ExportDecision, ExportRequest } from './export-request'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const MINUTE = 60
const copy = (count?: number): Conditions => ({
  rights: [{ action: 'Copy', ...(count !== undefined && { windows: [{ count }] }) }],
  inclusion: [SYSTEM],
})
const request: ExportRequest = {
  keyId: KEY_ID,
  system: SYSTEM,
  action: 'Copy',
  source: { digest: 'A'.repeat(43) },
  registered: [SYSTEM, OTHER],
  targetKeys: [{ scheme: 'cenc' }],
}

describe('authorizing an export', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const license = (conditions: Conditions) => succeed(protectLicense(home)({ keyId: KEY_ID, conditions }))
  const asked = (changes: Partial<ExportRequest> = {}, by = home): Promise<ExportDecision> =>
    succeed(authorizeExport(by)({ ...request, ...changes }))
  const rulesOf = (decision: ExportDecision): ReadonlyArray<string> =>
    decision.type === 'Refused' ? decision.reasons.map(({ rule, reason }) => `${rule} ${reason}`) : []
  const events = () => lastValueFrom(home.store.readAll().pipe(toArray()))

  it('grants, and takes use, target keys and authorisation in one append', async () => {
    const { lid } = await license(copy(1))
    const decision = await asked({ targetKeys: [{ scheme: 'cenc' }, { scheme: 'cbcs' }] })
    if (decision.type !== 'Granted') throw new Error('refused')
    expect(decision.license.lid).toBe(lid)
    expect(decision.targets.map(({ scheme }) => scheme)).toEqual(['cenc', 'cbcs'])
    expect(new Set(decision.targets.map(({ keyId }) => keyId)).size).toBe(2)
    const stored = (await events()).filter(({ correlation }) => correlation === decision.correlation)
    expect(stored.map(({ type }) => type)).toEqual([
      'UseReserved',
      'UseReserved',
      'TargetKeyCreated',
      'TargetKeyCreated',
      'ExportAuthorized',
    ])
    const revealed = await succeed(revealKeys(home)(decision.targets.map(({ keyId }) => keyId)))
    expect(revealed).toHaveLength(2)
  })

  it('EX-3: no license, and none with the right', async () => {
    expect(rulesOf(await asked())).toEqual(['EX-3 NoLicense'])
    await license({ rights: [{ action: 'Play' }], inclusion: [SYSTEM] })
    expect(rulesOf(await asked())).toEqual(['EX-3 NoRight'])
  })

  it('EX-5: a system that no list includes', async () => {
    await license(copy())
    expect(rulesOf(await asked({ system: OTHER }))).toEqual(['EX-5 SystemNotIncluded'])
  })

  it.each([[{}], [{ inclusion: [] }]])('EX-6: an absent or empty list never means all: %j', async (inclusion) => {
    await license({ rights: [{ action: 'Copy' }], ...inclusion })
    expect(rulesOf(await asked())).toEqual(['EX-6 InclusionMissing'])
  })

  it('EX-23: a system that is not registered, before any license is asked', async () => {
    await license(copy())
    expect(rulesOf(await asked({ registered: [OTHER] }))).toEqual(['EX-23 SystemUnregistered'])
  })

  it('IN-3: a stated security version on a device that was not individualized', async () => {
    await license({ ...copy(), requires: { security: '2.2' as RequiredVersion } })
    expect(rulesOf(await asked())).toEqual(['IN-3 IndividualizationRequired'])
  })

  it('IN-4: a version that the content itself demands, whatever the license says', async () => {
    await license(copy())
    expect(rulesOf(await asked({ contentVersion: '2.2' as RequiredVersion }))).toEqual(['IN-3 IndividualizationRequired'])
  })

  it('LI-34: goes on to the next license, and names each that refused', async () => {
    await license({ ...copy(), requires: { clock: true }, priority: 9 })
    expect(rulesOf(await asked())).toEqual(['LI-6 ClockUntrusted'])
    const { lid } = await license(copy())
    expect(await asked()).toMatchObject({ type: 'Granted', license: { lid } })
  })

  it('EX-21 (decision): an export takes the right that it was asked for, and leaves the others as they are', async () => {
    const windows = [{ count: 2 }]
    const { lid } = await license({ rights: [{ action: 'Play', windows }, { action: 'Copy', windows }], inclusion: [SYSTEM] })
    const left = async (action: string) => {
      const [held] = await succeed(licensesByLid(home)(lid))
      return held === undefined ? 'gone' : usesOf(held.state.usage, action, 0)
    }
    expect([await left('Copy'), await left('Play')]).toEqual([0, 0])
    expect((await asked()).type).toBe('Granted')
    expect([await left('Copy'), await left('Play')]).toEqual([1, 0])
    expect((await asked()).type).toBe('Granted')
    expect(rulesOf(await asked())).toEqual(['LI-12 Exhausted'])
    expect([await left('Copy'), await left('Play')]).toEqual([2, 0])
  })

  it('LI-35, EX-5: a license that needs newer revocation data is passed over for the next that includes the system', async () => {
    const demanding = await license({ ...copy(), requires: { revocation: '7' }, priority: 9 })
    const refused = await asked()
    expect(rulesOf(refused)).toContain('RV-6 RevocationTooOld')
    expect(refused).toMatchObject({ reasons: [{ license: { lid: demanding.lid } }, { license: { lid: demanding.lid } }] })
    await license({ ...copy(), inclusion: [OTHER], priority: 8 })
    const { lid } = await license(copy())
    expect(await asked()).toMatchObject({ type: 'Granted', license: { lid } })
  })

  it('stores a refusal with its rules, and takes no use', async () => {
    await license(copy(1))
    const decision = await asked({ system: OTHER })
    const [last] = (await events()).slice(-1)
    expect(decision).toMatchObject({ type: 'Refused', eventId: last?.id })
    expect(last).toMatchObject({ type: 'ExportRefused', data: { keyId: KEY_ID, refusals: [{ rule: 'EX-5' }] } })
    expect((await asked()).type).toBe('Granted')
  })

  it('LI-17, R12: two processes and one last use: one gets it', async () => {
    await license(copy(1))
    const other = await place.open()
    const decisions = await Promise.all([asked(), asked({}, other), asked(), asked({}, other)])
    expect(decisions.filter(({ type }) => type === 'Granted')).toHaveLength(1)
    expect(decisions.flatMap(rulesOf)).toEqual(Array(3).fill('LI-12 Exhausted'))
  })

  it('§9: a use whose grant expired unused comes back, once', async () => {
    await license(copy(1))
    expect((await asked()).type).toBe('Granted')
    place.clock.advance(9 * MINUTE)
    expect((await asked()).type).toBe('Refused')
    place.clock.advance(2 * MINUTE)
    const other = await place.open()
    const decisions = await Promise.all([asked(), asked({}, other)])
    expect(decisions.map(({ type }) => type).sort()).toEqual(['Granted', 'Refused'])
  })

  it('IN-18: takes no use on a machine where no key opens', async () => {
    await license(copy(1))
    const before = (await events()).length
    writeFileSync(place.machineFile, new Uint8Array(32))
    const stranger = await place.open()
    expect(await fail(authorizeExport(stranger)(request))).toMatchObject({ type: 'BindingMismatch' })
    expect(await events()).toHaveLength(before)
  })

  it('refuses a given key under the key ID of the source', async () => {
    await license(copy())
    const given = { keyId: KEY_ID, key: secretFromBytes(new Uint8Array(16)) }
    const fault = await fail(authorizeExport(home)({ ...request, targetKeys: [{ scheme: 'cenc', given }] }))
    expect(fault).toMatchObject({ type: 'BadInput', found: KEY_ID })
  })

  it('LI-58, LI-56: a chain gives a use of each link in one append, and its key opens through the root', async () => {
    const issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
    const root = issuer.license({
      members: { chain: { role: 'root' }, rights: [{ action: 'Copy', windows: [{ count: 2 }] }], inclusion: [SYSTEM] },
    })
    const rights = [{ action: 'Copy', windows: [{ count: 1 }] }]
    const leaf = issuer.license({ keyId: KEY_ID, root, key: new Uint8Array(16).fill(7), members: { rights, inclusion: [SYSTEM] } })
    await succeed(storeTestLicense(home)(root))
    await succeed(storeTestLicense(home)(leaf))
    const decision = await asked()
    if (decision.type !== 'Granted') throw new Error('refused')
    const stored = (await events()).filter(({ correlation }) => correlation === decision.correlation)
    expect(stored.filter(({ type }) => type === 'UseReserved').map(({ data }) => (data as { lid: string }).lid)).toEqual([
      leaf.lid,
      root.lid,
      leaf.lid,
      root.lid,
    ])
    expect(stored.at(-1)).toMatchObject({ type: 'ExportAuthorized', data: { lid: leaf.lid, root: { lid: root.lid } } })
    const opened = await succeed(connectPipeline().open(decision.grant))
    const key = opened.keyFor(KEY_ID)
    expect(E.isRight(key) && key.right.export()).toEqual(Buffer.alloc(16, 7))
    await succeed(opened.close('finished'))
    expect(rulesOf(await asked())).toEqual(['LI-12 Exhausted'])
  })

  it('R13: a clock that is set back refuses a right with a date, and grants one without', async () => {
    const until = timestampFromMicros(place.clock.now() + 24 * 3600 * 1_000_000)
    await license({ rights: [{ action: 'Copy', windows: [{ until }] }], inclusion: [SYSTEM] })
    expect((await asked()).type).toBe('Granted')
    place.clock.advance(-3600)
    expect(rulesOf(await asked())).toEqual(['R13 ClockUntrusted'])
    const { lid } = await license(copy())
    expect(await asked()).toMatchObject({ type: 'Granted', license: { lid } })
  })

  it('IN-26: a request through a handle of another epoch is stale before anything else is asked', async () => {
    expect(rulesOf(await asked({ epoch: 3, registered: [] }))).toEqual(['IN-26 HandleStale'])
    await license(copy())
    expect((await asked({ epoch: 0 })).type).toBe('Granted')
  })

  it('EX-4, EX-10: the license that passed, by the key ID of the content, is the one whose key is granted', async () => {
    const refused = await license({ ...copy(), inclusion: [OTHER], priority: 9 })
    const { lid } = await license(copy())
    const decision = await asked()
    expect(decision).toMatchObject({ license: { lid, keyId: KEY_ID } })
    expect(refused.lid).not.toBe(lid)
  })
})
