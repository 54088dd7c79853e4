import fc from 'fast-check'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { runs } from '../../../../test/gate/runs'
import { DEVICE_STREAM, DeviceEpochInstalled } from '../device/device-event'
import { newEvent } from '../event/define-event'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { RequiredVersion, SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { Conditions } from '../license/conditions'
import { timestampFromMicros } from '../license/timestamp'
import { secretFromBytes } from '../secret/secret'
import { authorizeExport } from '../transfer/authorize-export'
import { authorizeImport } from '../transfer/authorize-import'
import type { Receiver } from '../transfer/receiver'
import { authorityHome, type AuthorityHome } from '../transfer/testing/authority-home'
import { LicenseDeleted, licenseStream } from '../vault/license-event'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer } from '../vault/testing/test-issuer'
import { distrustIssuer, trustIssuer } from '../vault/trust-issuer'
import { explain } from './explain'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const HOUR = 3600
const SECOND = 1_000_000
const DECISIONS: ReadonlySet<string> = new Set(['ExportAuthorized', 'ExportRefused', 'ImportAuthorized', 'ImportRefused'])

/** What may happen to a home between two decisions, and the decisions. */
type Step =
  | { readonly type: 'license'; readonly count: number; readonly hours: number; readonly listed: boolean; readonly version: boolean }
  | { readonly type: 'chain'; readonly count: number }
  | { readonly type: 'delete' | 'epoch' | 'trust' | 'distrust' }
  | { readonly type: 'clock'; readonly hours: number }
  | { readonly type: 'list'; readonly named: boolean }
  | {
      readonly type: 'export'
      readonly other: boolean
      readonly receiver: 'none' | 'good' | 'bad'
      readonly demanding: boolean
      readonly stale: boolean
    }
  | { readonly type: 'import'; readonly known: boolean; readonly receiver: 'none' | 'good' | 'bad' }

const receiver = fc.constantFrom('none' as const, 'none' as const, 'good' as const, 'good' as const, 'bad' as const)
/** Without these most histories would be of a home that has nothing to decide about. */
const BEGINNING: ReadonlyArray<Step> = [
  { type: 'list', named: false },
  { type: 'license', count: 2, hours: 3, listed: true, version: false },
]
const seldom = fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('license' as const),
      count: fc.integer({ min: 1, max: 2 }),
      hours: fc.integer({ min: -1, max: 3 }),
      listed: seldom.map((lacking) => !lacking),
      version: seldom,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('chain' as const), count: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ type: 'delete' }, { type: 'trust' }, { type: 'distrust' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: 'epoch' }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('clock' as const), hours: fc.constantFrom(-2, 1, 2, 30) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('list' as const), named: seldom }) },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constant('export' as const), other: seldom, receiver, demanding: seldom, stale: seldom }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('import' as const), known: fc.boolean(), receiver }) }
)

/** Lives one history and gives the home for looking at it. */
const live = async (under: AuthorityHome, steps: ReadonlyArray<Step>): Promise<void> => {
  const { home, place } = under
  const stranger = testIssuer()
  const { chain: good, thumbprint } = under.receiver()
  const { chain: machine } = under.receiver({ use: 'device' })
  const { chain: bad } = under.receiver({ systems: [] })
  const chains = { good, bad }
  const stored: Array<{ readonly issuer: Parameters<typeof licenseStream>[0]; readonly lid: LicenseId; readonly keyId: KeyId }> = []
  let [version, epoch] = [0, 0]
  const asReceiver = (which: 'none' | 'good' | 'bad', own?: ReadonlyArray<string>): { readonly receiver?: Receiver } =>
    which === 'none' ? {} : { receiver: { type: 'certified', chain: which === 'good' && own !== undefined ? own : chains[which] } }
  const takeOn = async (conditions: Conditions): Promise<void> => {
    const license = await protectLicense(home)({ keyId: KEY_ID, conditions })()
    // A home of a later epoch has no keys to seal with here; the decisions go on without.
    if (E.isRight(license)) stored.push({ issuer: license.right.issuer, lid: license.right.lid, keyId: KEY_ID })
  }
  const does: { readonly [T in Step['type']]: (own: Extract<Step, { readonly type: T }>) => Promise<unknown> } = {
    license: ({ count, hours, listed, version: demanding }) =>
      takeOn({
        rights: [{ action: 'Copy', windows: [{ count, until: timestampFromMicros(place.clock.now() + hours * HOUR * SECOND) }] }],
        ...(listed && { inclusion: [SYSTEM] }),
        ...(demanding && { requires: { security: '2.2' as RequiredVersion } }),
      }),
    chain: async ({ count }) => {
      await trustIssuer(home)(stranger.jwk)()
      const root = stranger.license({ members: { chain: { role: 'root' }, rights: [{ action: 'Copy', windows: [{ count }] }] } })
      const members = { rights: [{ action: 'Copy' }], inclusion: [SYSTEM] }
      const leaf = stranger.license({ keyId: KEY_ID, root, members })
      await storeTestLicense(home)(root)()
      await storeTestLicense(home)(leaf)()
    },
    delete: async () => {
      const license = stored.shift()
      if (license === undefined) return
      const event = newEvent(LicenseDeleted, { ...license, why: 'owner' })
      const stream = licenseStream(license.issuer, license.lid)
      await succeed(home.store.append({ appends: [{ stream, expectedRevision: 'any', events: [event] }] }))
    },
    trust: () => trustIssuer(home)(stranger.jwk)(),
    distrust: () => distrustIssuer(home)(stranger.id)(),
    epoch: async () => {
      const event = newEvent(DeviceEpochInstalled, { epoch: ++epoch, securityVersion: '2.2.0.1' as SecurityVersion })
      await succeed(home.store.append({ appends: [{ stream: DEVICE_STREAM, expectedRevision: 'any', events: [event] }] }))
    },
    clock: async ({ hours }) => place.clock.advance(hours * HOUR),
    list: async ({ named }) => {
      version += 1
      await under.list('application', String(version), named ? [thumbprint] : [])
      await under.list('device', String(version))
    },
    export: ({ other, receiver: which, demanding, stale }) =>
      authorizeExport(home)({
        keyId: KEY_ID,
        system: other ? OTHER : SYSTEM,
        action: 'Copy',
        source: { digest: 'A'.repeat(43) },
        registered: [SYSTEM],
        targetKeys: [],
        ...(demanding && { contentVersion: '2.2' as RequiredVersion }),
        ...(stale && { epoch: 7 }),
        ...asReceiver(which),
      })(),
    import: ({ known, receiver: which }) =>
      authorizeImport(home)({
        lid: known ? (stored[0]?.lid ?? ('01890000-0000-7000-8000-000000000001' as LicenseId)) : ('01890000-0000-7000-8000-000000000002' as LicenseId),
        system: SYSTEM,
        source: { digest: 'A'.repeat(43) },
        sourceKeys: [{ keyId: 'cd'.repeat(16) as KeyId, key: secretFromBytes(new Uint8Array(16)) }],
        scheme: 'mce',
        registered: [SYSTEM],
        ...asReceiver(which, machine),
      })(),
  }
  for (const own of steps) await (does[own.type] as (one: Step) => Promise<unknown>)(own)
}

const decisionsOf = async (home: Home) =>
  (await lastValueFrom(home.store.readAll().pipe(toArray()))).filter(({ type }) => DECISIONS.has(type))

describe('decisions made again', () => {
  it('come out as they are recorded, over any history', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
        const under = await authorityHome()
        try {
          await live(under, [...BEGINNING, ...steps])
          // Another process, to which the history is a log and nothing else.
          const reader = await under.again()
          for (const { id, position, type } of await decisionsOf(reader)) {
            const { replay, answers } = await succeed(explain(reader)({ subject: id }))
            expect({ position, type, replay }).toEqual({ position, type, replay: { type: 'equal' } })
            expect(answers).toMatchObject([{ allowed: type.endsWith('Authorized') }])
          }
        } finally {
          under.remove()
        }
      }),
      { numRuns: runs(12) }
    )
  }, 120_000)
})
