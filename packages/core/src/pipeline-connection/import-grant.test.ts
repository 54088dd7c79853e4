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
import type { LicenseId } from '../identity/license-id'
import type { SecurityVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import { secretFromBytes, secretLength, type Secret } from '../secret/secret'
import { authorizeImport } from '../transfer/authorize-import'
import { connectPipeline } from './connect-pipeline'
import type { OpenedGrant } from './opened-grant'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const OWN = 'ab'.repeat(16) as KeyId
const [PICTURE, SOUND] = ['cd'.repeat(16) as KeyId, 'ef'.repeat(16) as KeyId]
const KEYS = {
  own: '00c0ffee15deadbea7c0ffee15deadbe',
  picture: '11c0ffee15deadbea7c0ffee15deadbe',
  sound: '22c0ffee15deadbea7c0ffee15deadbe',
}
const secretOf = (digits: string): Secret => secretFromBytes(Uint8Array.from(Buffer.from(digits, 'hex')))
const MINUTE = 60

const redeemer = connectPipeline()

describe('redeeming a grant to import', () => {
  let place: TemporaryPlace
  let home: Home
  let lid: LicenseId
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    const conditions = { rights: [{ action: 'Play' as const }] }
    lid = (await succeed(protectLicense(home)({ keyId: OWN, contentKey: secretOf(KEYS.own), conditions }))).lid
  })
  afterEach(() => place.remove())

  const granted = async (sourceKeys = [
    { keyId: PICTURE, key: secretOf(KEYS.picture) },
    { keyId: SOUND, key: secretOf(KEYS.sound) },
  ]) => {
    const what = { lid, system: SYSTEM, source: { digest: 'A'.repeat(43) }, scheme: 'mce', registered: [SYSTEM] }
    const decision = await succeed(authorizeImport(home)({ ...what, sourceKeys }))
    if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
    return { ...decision, sourceKeys }
  }
  const digits = (opened: OpenedGrant, keyId: KeyId): string => {
    const key = opened.keyFor(keyId)
    return E.isRight(key) ? key.right.export().toString('hex') : key.left.type
  }
  const isWiped = (secret: Secret): boolean => {
    try {
      return secretLength(secret) < 0
    } catch {
      return true
    }
  }
  const typesOf = async (stream: string): Promise<ReadonlyArray<string>> =>
    (await lastValueFrom(home.store.read(stream).pipe(toArray()))).map(({ type }) => type)

  it('IM-10: gives the keys of the source, and the license’s own as target', async () => {
    const { grant, useId, sourceKeys } = await granted()
    const opened = await succeed(redeemer.open(grant))
    expect(opened).toMatchObject({ source: PICTURE, sources: [PICTURE, SOUND], targets: [{ keyId: OWN, scheme: 'mce' }] })
    expect([PICTURE, SOUND, OWN].map((keyId) => digits(opened, keyId))).toEqual([KEYS.picture, KEYS.sound, KEYS.own])
    expect(digits(opened, '01'.repeat(16) as KeyId)).toBe('GrantForged')
    expect(sourceKeys.every(({ key }) => isWiped(key))).toBe(true)
    await succeed(opened.close('finished'))
    expect(digits(opened, PICTURE)).toBe('GrantUsed')
    expect(await typesOf(`use-${useId}`)).toEqual([
      'ImportAuthorized',
      'KeyReleased',
      'GrantOpened',
      'UseFinished',
      'GrantClosed',
    ])
  })

  it('opens once, also when asked twice at once', async () => {
    const { grant } = await granted()
    const results = await Promise.all([redeemer.open(grant)(), redeemer.open(grant)()])
    expect(results.filter(E.isRight)).toHaveLength(1)
    expect(results.find(E.isLeft)).toEqual(E.left({ type: 'GrantUsed' }))
    expect(await fail(redeemer.open(grant))).toEqual({ type: 'GrantUsed' })
  })

  it('R1: no spread, clone, proxy, heir or reading of it opens anything', async () => {
    const { grant } = await granted()
    const lookAlikes: ReadonlyArray<unknown> = [
      { ...grant },
      structuredClone(grant),
      new Proxy(grant, {}),
      Object.create(grant),
      JSON.parse(JSON.stringify(grant)),
      Object.freeze(Object.create(null)),
    ]
    for (const presented of lookAlikes) expect(await fail(redeemer.open(presented))).toMatchObject({ type: 'GrantForged' })
    await succeed((await succeed(redeemer.open(grant))).close('finished'))
  })

  it('expires after 10 minutes, with its keys', async () => {
    const { grant, sourceKeys } = await granted()
    place.clock.advance(10 * MINUTE + 1)
    expect(await fail(redeemer.open(grant))).toEqual({ type: 'GrantExpired' })
    expect(sourceKeys.every(({ key }) => isWiped(key))).toBe(true)
  })

  it('is expired once its keys are wiped, whatever the clock says', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      const { grant } = await granted()
      jest.advanceTimersByTime(11 * MINUTE * 1000)
      expect(await fail(redeemer.open(grant))).toEqual({ type: 'GrantExpired' })
    } finally {
      jest.useRealTimers()
    }
  })

  it('IN-26: is stale after an individualization, and its keys are wiped', async () => {
    const { grant, sourceKeys } = await granted()
    const event = newEvent(DeviceEpochInstalled, { epoch: 1, securityVersion: '2.2.0.1' as SecurityVersion })
    await succeed(home.store.append({ appends: [{ stream: DEVICE_STREAM, expectedRevision: 'any', events: [event] }] }))
    expect(await fail(redeemer.open(grant))).toEqual({ type: 'HandleStale' })
    expect(sourceKeys.every(({ key }) => isWiped(key))).toBe(true)
  })

  it('R3: no key is found in files, events, handles or faults', async () => {
    const decision = await granted()
    const opened = await succeed(redeemer.open(decision.grant))
    const fault = await fail(redeemer.open(decision.grant))
    const events = await lastValueFrom(home.store.readAll().pipe(toArray()))
    const shown = [decision, decision.grant, opened, fault, opened.keyFor(PICTURE), events].flatMap((value) => [
      inspect(value, { depth: null, showHidden: true }),
      JSON.stringify(value),
    ])
    const files = readdirSync(place.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    for (const canary of Object.values(KEYS)) {
      const bytes = Buffer.from(canary, 'hex')
      const spellings = [canary, bytes.toString('base64'), bytes.toString('base64url')]
      for (const text of shown) for (const spelling of spellings) expect(text).not.toContain(spelling)
      for (const file of files) expect(file.includes(bytes) || spellings.some((one) => file.includes(one))).toBe(false)
    }
    expect(files.some((file) => file.includes(PICTURE))).toBe(true)
    await succeed(opened.close('finished'))
  })
})
