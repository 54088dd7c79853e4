import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { DEVICE_STREAM, DeviceEpochInstalled } from '../device/device-event'
import { newEvent } from '../event/define-event'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { Timestamp } from '../license/timestamp'
import { timestampFromMicros } from '../license/timestamp'
import type { Conditions } from '../license/conditions'
import { secretFromBytes, type Secret } from '../secret/secret'
import { authorizeExport } from '../transfer/authorize-export'
import { authorizeProtection } from '../transfer/authorize-protection'
import type * as GrantModule from '../transfer/grant'
import { mintGrant, type Grant, type GrantInsides } from '../transfer/grant'
import { connectPipeline } from './connect-pipeline'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const SOURCE = '00c0ffee15deadbea7c0ffee15deadbe'
const TARGET = '11c0ffee15deadbea7c0ffee15deadbe'
const TARGET_ID = 'cd'.repeat(16) as KeyId
const secretOf = (hex: string): Secret => secretFromBytes(Uint8Array.from(Buffer.from(hex, 'hex')))
const MINUTE = 60

const redeemer = connectPipeline()

describe('redeeming a grant', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const typesOf = async (stream: string): Promise<ReadonlyArray<string>> =>
    (await lastValueFrom(home.store.read(stream).pipe(toArray()))).map(({ type }) => type)
  const granted = async (count = 1, until?: Timestamp) => {
    const window = { count, ...(until !== undefined && { until }) }
    const conditions: Conditions = { rights: [{ action: 'Copy', windows: [window] }], inclusion: [SYSTEM] }
    await succeed(protectLicense(home)({ keyId: KEY_ID, contentKey: secretOf(SOURCE), conditions }))
    return again()
  }
  const again = async () => {
    const given = { keyId: TARGET_ID, key: secretOf(TARGET) }
    const decision = await succeed(
      authorizeExport(home)({
        keyId: KEY_ID,
        system: SYSTEM,
        action: 'Copy',
        source: { digest: 'A'.repeat(43) },
        registered: [SYSTEM],
        targetKeys: [{ scheme: 'cenc', given }],
      })
    )
    if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
    return decision
  }
  const installEpoch = (epoch: number) =>
    succeed(
      home.store.append({
        appends: [
          {
            stream: DEVICE_STREAM,
            expectedRevision: 'any',
            events: [newEvent(DeviceEpochInstalled, { epoch, securityVersion: '2.2.0.1' as SecurityVersion })],
          },
        ],
      })
    )

  it('is handed out once', () => {
    expect(() => connectPipeline()).toThrow('handed out already')
  })

  it('gives the keys of the grant and no other, after the release is stored', async () => {
    const { grant, useId } = await granted()
    const opened = await succeed(redeemer.open(grant))
    expect(await typesOf(`use-${useId}`)).toEqual(['UseReserved', 'KeyReleased', 'GrantOpened'])
    const exported = (keyId: KeyId): string => {
      const key = opened.keyFor(keyId)
      return E.isRight(key) ? key.right.export().toString('hex') : key.left.type
    }
    expect(opened.source).toBe(KEY_ID)
    expect(opened.targets).toEqual([{ keyId: TARGET_ID, scheme: 'cenc' }])
    expect(exported(KEY_ID)).toBe(SOURCE)
    expect(exported(TARGET_ID)).toBe(TARGET)
    expect(exported('ef'.repeat(16) as KeyId)).toBe('GrantForged')
    await succeed(opened.stillValid())
    await succeed(opened.close('finished'))
    await succeed(opened.close('broken'))
    expect(exported(KEY_ID)).toBe('GrantUsed')
    expect((await typesOf(`use-${useId}`)).slice(3)).toEqual(['UseFinished', 'GrantClosed'])
  })

  it('records a broken run', async () => {
    const { grant, useId } = await granted()
    await succeed((await succeed(redeemer.open(grant))).close('broken'))
    expect((await typesOf(`use-${useId}`)).slice(3)).toEqual(['UseBroken', 'GrantClosed'])
  })

  it('opens once, also when asked twice at once', async () => {
    const { grant } = await granted()
    const results = await Promise.all([redeemer.open(grant)(), redeemer.open(grant)(), redeemer.open(grant)()])
    expect(results.filter(E.isRight)).toHaveLength(1)
    expect(results.filter(E.isLeft)).toEqual(Array(2).fill(E.left({ type: 'GrantUsed' })))
  })

  it.each<readonly [string, (grant: Grant) => unknown, string]>([
    ['a literal', () => ({}), 'ordinary object'],
    ['a spread', (grant) => ({ ...grant }), 'ordinary object'],
    ['an heir', (grant) => Object.create(grant) as unknown, 'made from a grant'],
    ['a proxy', (grant) => new Proxy(grant, {}), 'a proxy'],
    ['a proxy that throws', () => new Proxy({}, { getPrototypeOf: () => { throw new Error('trap') } }), 'a proxy'],
    ['a structured clone', (grant) => structuredClone(grant), 'ordinary object'],
    ['a JSON round trip', (grant) => JSON.parse(JSON.stringify(grant)) as unknown, 'ordinary object'],
    ['a frozen empty handle', () => Object.freeze(Object.create(null)) as unknown, 'did not mint'],
    ['an object over a proxy', () => Object.create(new Proxy({}, {})) as unknown, 'ordinary object'],
    ['text', () => 'grant', 'a string'],
    ['nothing', () => undefined, 'a undefined'],
    ['null', () => null, 'null'],
  ])('refuses %s and says what it was', async (_, forge, what) => {
    const { grant } = await granted()
    const fault = await fail(redeemer.open(forge(grant)))
    expect(fault).toMatchObject({ type: 'GrantForged', what: expect.stringContaining(what) as unknown })
    expect(E.isRight(await redeemer.open(grant)())).toBe(true)
  })

  it('refuses a grant of another copy of the library', async () => {
    let grant: unknown
    jest.isolateModules(() => {
      const copy = jest.requireActual<typeof GrantModule>('../transfer/grant')
      expect(copy.mintGrant).not.toBe(mintGrant)
      grant = copy.mintGrant({} as GrantInsides)
    })
    expect(await fail(redeemer.open(grant))).toMatchObject({
      type: 'GrantForged',
      what: expect.stringContaining('this copy of the library did not mint') as unknown,
    })
  })

  it('expires after 10 minutes and gives the use back', async () => {
    const { grant, useId } = await granted(1)
    place.clock.advance(10 * MINUTE + 1)
    expect(await fail(redeemer.open(grant))).toEqual({ type: 'GrantExpired' })
    expect(await typesOf(`use-${useId}`)).toEqual(['UseReserved', 'UseReturned'])
    await again()
  })

  it('does not release what another process returned', async () => {
    const { grant } = await granted(1)
    place.clock.advance(10 * MINUTE + 1)
    await again()
    place.clock.advance(-5 * MINUTE)
    expect(await fail(redeemer.open(grant))).toEqual({ type: 'GrantExpired' })
  })

  it('IN-26: is stale after an individualization, before it opens and while it runs', async () => {
    const first = await granted(2)
    const running = await succeed(redeemer.open(first.grant))
    const second = await again()
    await installEpoch(1)
    expect(await fail(running.stillValid())).toEqual({ type: 'HandleStale' })
    expect(await fail(redeemer.open(second.grant))).toEqual({ type: 'HandleStale' })
    expect(await typesOf(`use-${second.useId}`)).toEqual(['UseReserved', 'UseReturned'])
  })

  it('LI-22: is no longer valid past the end of the right', async () => {
    const { grant } = await granted(1, timestampFromMicros(place.clock.now() + 60_000_000))
    const opened = await succeed(redeemer.open(grant))
    await succeed(opened.stillValid())
    place.clock.advance(2 * MINUTE)
    expect(await fail(opened.stillValid())).toEqual({ type: 'GrantExpired' })
  })

  it('gives the key of an own license to package clear media, without counting', async () => {
    const conditions: Conditions = { rights: [{ action: 'Play', windows: [{ count: 1 }] }] }
    const { lid, keyId } = await succeed(protectLicense(home)({ contentKey: secretOf(SOURCE), conditions }))
    const { grant, useId } = await succeed(authorizeProtection(home)({ lid }))
    const opened = await succeed(redeemer.open(grant))
    const key = opened.keyFor(keyId)
    expect(E.isRight(key) && key.right.export().toString('hex')).toBe(SOURCE)
    await succeed(opened.close('finished'))
    expect(await typesOf(`use-${useId}`)).toEqual([
      'ProtectionAuthorized',
      'KeyReleased',
      'GrantOpened',
      'UseFinished',
      'GrantClosed',
    ])
  })

  it('R3: no key is found in files, events, handles or faults', async () => {
    const decision = await granted()
    const opened = await succeed(redeemer.open(decision.grant))
    const fault = await fail(redeemer.open(decision.grant))
    const key = opened.keyFor(KEY_ID)
    const events = await lastValueFrom(home.store.readAll().pipe(toArray()))
    const shown = [decision, decision.grant, opened, fault, key, home, events, redeemer].flatMap((value) => [
      inspect(value, { depth: null, showHidden: true }),
      value === home ? '' : JSON.stringify(value),
    ])
    const files = readdirSync(place.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    for (const canary of [SOURCE, TARGET]) {
      const bytes = Buffer.from(canary, 'hex')
      const spellings = [canary, bytes.toString('base64'), bytes.toString('base64url'), inspect(bytes).slice(8, 40)]
      for (const text of shown) for (const spelling of spellings) expect(text).not.toContain(spelling)
      for (const file of files) {
        expect(file.includes(bytes)).toBe(false)
        for (const spelling of spellings) expect(file.includes(spelling)).toBe(false)
      }
    }
    // The search itself finds what is there.
    expect(files.some((file) => file.includes(KEY_ID))).toBe(true)
    expect(files.length).toBeGreaterThan(9)
    await succeed(opened.close('finished'))
  })
})
