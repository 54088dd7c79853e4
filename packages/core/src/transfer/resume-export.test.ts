import { lastValueFrom, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import type { Conditions } from '../license/conditions'
import { timestampFromMicros } from '../license/timestamp'
import { connectPipeline } from '../pipeline-connection/connect-pipeline'
import { deleteLicense } from '../vault/delete-license'
import { authorizeExport } from './authorize-export'
import { resumeExport, type ResumeDecision, type ResumeRequest } from './resume-export'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const MINUTE = 60
const asked = { keyId: KEY_ID, system: SYSTEM, action: 'Copy', source: { digest: 'A'.repeat(43) }, registered: [SYSTEM, OTHER] } as const

const redeemer = connectPipeline()

describe('an export whose process was killed', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const copyOnce = (window: object = {}): Conditions => ({
    rights: [{ action: 'Copy', windows: [{ count: 1, ...window }] }],
    inclusion: [SYSTEM],
  })
  const authorize = () => succeed(authorizeExport(home)({ ...asked, targetKeys: [{ scheme: 'cenc' }, { scheme: 'cenc' }] }))
  /** Up to where a killed process came: its keys are released. */
  const killed = async (conditions = copyOnce()) => {
    const license = await succeed(protectLicense(home)({ keyId: KEY_ID, conditions }))
    const decision = await authorize()
    if (decision.type !== 'Granted') throw new Error('refused')
    await succeed(redeemer.open(decision.grant))
    return { ...decision, lid: license.lid }
  }
  const resumed = (useId: string, changes: Partial<ResumeRequest> = {}): Promise<ResumeDecision> =>
    succeed(resumeExport(home)({ ...asked, useId, ...changes }))
  const typesOf = async (stream: string): Promise<ReadonlyArray<string>> =>
    (await lastValueFrom(home.store.read(stream).pipe(toArray()))).map(({ type }) => type)

  it('EX-5, R12: is gone on with under its use and its keys: the last use of a license is enough for both runs, and for no third', async () => {
    const { useId, targets, lid } = await killed()
    const decision = await resumed(useId)
    if (decision.type !== 'Granted') throw new Error('not resumable')
    expect(decision).toMatchObject({ useId, targets, license: { lid } })
    const opened = await succeed(redeemer.open(decision.grant))
    expect(opened.targets).toEqual(targets)
    await succeed(opened.stillValid())
    await succeed(opened.close('finished'))
    const types = await typesOf(`use-${useId}`)
    expect(types).toEqual(['UseReserved', 'KeyReleased', 'GrantOpened', 'UseResumed', 'KeyReleased', 'GrantOpened', 'UseFinished', 'GrantClosed'])
    const license = (await lastValueFrom(home.store.readAll().pipe(toArray()))).filter(({ stream }) => stream.startsWith('license-'))
    expect(license.filter(({ type }) => type === 'KeyReleased')).toHaveLength(1)
    expect((await authorize()).type).toBe('Refused')
    // Its samples are sealed; a process that is killed before they are all written goes on once more, to the same package.
    expect((await resumed(useId)).type).toBe('Granted')
  })

  it('is gone on with once more when the process that went on was killed too, before its keys or after', async () => {
    const { useId } = await killed()
    await resumed(useId)
    const second = await resumed(useId)
    if (second.type !== 'Granted') throw new Error('not resumable')
    await succeed(redeemer.open(second.grant))
    const third = await resumed(useId)
    if (third.type !== 'Granted') throw new Error('not resumable')
    await succeed((await succeed(redeemer.open(third.grant))).close('finished'))
  })

  it('R12: of two that go on at once, the keys go to one', async () => {
    const { useId } = await killed()
    const decisions = await Promise.all([resumed(useId), resumed(useId)])
    const grants = decisions.flatMap((decision) => (decision.type === 'Granted' ? [decision.grant] : []))
    const answers = await Promise.all(grants.map((grant) => redeemer.open(grant)()))
    expect(answers.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
  })

  it('does not go on with an export of something else, with one that broke off, or with one that never had its keys', async () => {
    const { useId } = await killed(copyOnce({ count: 5 }))
    expect(await resumed(useId, { keyId: 'cd'.repeat(16) as KeyId })).toEqual({ type: 'NotResumable' })
    expect(await resumed(useId, { system: OTHER })).toEqual({ type: 'NotResumable' })
    expect(await resumed(useId, { source: { digest: 'B'.repeat(43) } })).toEqual({ type: 'NotResumable' })
    expect(await resumed('no-such-use')).toEqual({ type: 'NotResumable' })
    const fresh = await authorize()
    if (fresh.type !== 'Granted') throw new Error('refused')
    expect(await resumed(fresh.useId)).toEqual({ type: 'NotResumable' })
    await succeed((await succeed(redeemer.open(fresh.grant))).close('broken'))
    expect(await resumed(fresh.useId)).toEqual({ type: 'NotResumable' })
  })

  it('R8, LI-22: asks everything once more: past the end of the right nothing goes on, and the grant ends with the right', async () => {
    const until = timestampFromMicros(place.clock.now() + MINUTE * 1_000_000)
    const { useId } = await killed(copyOnce({ until }))
    const decision = await resumed(useId)
    if (decision.type !== 'Granted') throw new Error('not resumable')
    const opened = await succeed(redeemer.open(decision.grant))
    place.clock.advance(2 * MINUTE)
    expect(await fail(opened.stillValid())).toEqual({ type: 'GrantExpired' })
    expect(await resumed(useId)).toEqual({ type: 'NotResumable' })
  })

  it('a license that was deleted meanwhile lets nothing go on', async () => {
    const { useId, lid } = await killed()
    await succeed(deleteLicense(home)({ lid }))
    expect(await resumed(useId)).toEqual({ type: 'NotResumable' })
  })

  it('EX-23: nor does a system that is no longer registered', async () => {
    const { useId } = await killed()
    expect(await resumed(useId, { registered: [OTHER] })).toEqual({ type: 'NotResumable' })
  })
})
