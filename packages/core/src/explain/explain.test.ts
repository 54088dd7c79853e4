import { lastValueFrom, toArray } from 'rxjs'

import { newEvent } from '../event/define-event'
import type { KeyId } from '../identity/key-id'
import type { RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { Conditions } from '../license/conditions'
import { timestampFromMicros } from '../license/timestamp'
import { authorizeExport } from '../transfer/authorize-export'
import type { ExportRequest } from '../transfer/export-request'
import { LicenseDeleted, licenseStream } from '../vault/license-event'
import { explain } from './explain'
import type { Explanation } from './explanation'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const OTHER = 'edef8ba9-79d6-4ace-a3c8-27dcd51d21ed' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const MINUTE = 60
const DAY = 24 * 3600 * 1_000_000

describe('explaining', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const license = (conditions: Conditions) => succeed(protectLicense(home)({ keyId: KEY_ID, conditions }))
  const copies = (count: number): Conditions => ({ rights: [{ action: 'Copy', windows: [{ count }] }], inclusion: [SYSTEM] })
  const exported = (changes: Partial<ExportRequest> = {}) =>
    succeed(
      authorizeExport(home)({
        keyId: KEY_ID,
        system: SYSTEM,
        action: 'Copy',
        source: { digest: 'A'.repeat(43) },
        registered: [SYSTEM],
        targetKeys: [],
        ...changes,
      })
    )
  const explained = (subject: string, at?: number): Promise<Explanation> =>
    succeed(explain(home)({ subject, ...(at !== undefined && { at }) }))
  const copyOf = ({ answers }: Explanation) => {
    const answer = answers.find(({ action }) => action === 'Copy')
    if (answer === undefined) throw new Error('no answer about Copy')
    return answer
  }
  const events = () => lastValueFrom(home.store.readAll().pipe(toArray()))
  const idOf = async (type: string): Promise<string> => {
    const found = (await events()).filter((event) => event.type === type).at(-1)
    if (found === undefined) throw new Error(`no ${type}`)
    return found.id
  }

  it('says of a key ID why each action is allowed or refused, and what would change it', async () => {
    const { lid } = await license(copies(1))
    const explanation = await explained(KEY_ID)
    expect(explanation.answers.map(({ action, allowed }) => [action, allowed])).toEqual([
      ['Copy', true],
      ['Play', false],
    ])
    const [copy, play] = explanation.answers
    expect(copy).toMatchObject({ bits: 0, used: [{ lid }], change: [{ type: 'UseSpent' }] })
    expect(copy?.decidedBy.map(({ type }) => type)).toEqual(['LicenseStored'])
    expect(play).toMatchObject({ bits: 5, refusals: [{ reason: 'NoRight' }], change: [{ type: 'LicenseGrants', action: 'Play' }] })
  })

  it('LI-12: names the uses that exhausted a count, and that one given back would do', async () => {
    await license(copies(2))
    for (let times = 0; times < 2; times++) await exported()
    const copy = copyOf(await explained(KEY_ID))
    expect(copy).toMatchObject({ allowed: false, refusals: [{ reason: 'Exhausted' }], change: [{ type: 'UseGivenBack', window: 0 }] })
    expect(copy.decidedBy.map(({ type }) => type)).toEqual(['LicenseStored', 'UseReserved', 'UseReserved'])
  })

  it('answers for a past time: before the last use, before the license', async () => {
    const before = place.clock.now()
    place.clock.advance(MINUTE)
    await license(copies(1))
    place.clock.advance(MINUTE)
    const between = place.clock.now()
    place.clock.advance(MINUTE)
    await exported()
    expect(copyOf(await explained(KEY_ID))).toMatchObject({ allowed: false })
    expect(copyOf(await explained(KEY_ID, between))).toMatchObject({ allowed: true })
    expect(copyOf(await explained(KEY_ID, before))).toMatchObject({
      allowed: false,
      refusals: [{ reason: 'NoLicense' }],
      change: [{ type: 'LicenseAdded', action: 'Copy' }],
    })
  })

  it('LI-22: a right that is over was allowed until its last moment', async () => {
    const until = timestampFromMicros(place.clock.now() - DAY)
    const { lid } = await license({ rights: [{ action: 'Copy', windows: [{ until }] }] })
    const copy = copyOf(await explained(lid))
    expect(copy).toMatchObject({ allowed: false, refusals: [{ reason: 'Expired' }], change: [{ type: 'TimeMoves' }] })
    expect(copy.change).toEqual([{ type: 'TimeMoves', to: Date.parse(until) * 1000 }])
  })

  it('explains licenses that are gone', async () => {
    const { lid, issuer } = await license(copies(1))
    const event = newEvent(LicenseDeleted, { issuer, lid, keyId: KEY_ID, why: 'owner' })
    await succeed(
      home.store.append({ appends: [{ stream: licenseStream(issuer, lid), expectedRevision: 'any', events: [event] }] })
    )
    const copy = copyOf(await explained(lid))
    expect(copy).toMatchObject({ allowed: false, licenses: [{ lid, standing: 'deleted' }], change: [{ type: 'LicenseStored' }] })
    expect(copy.decidedBy.map(({ type }) => type)).toContain('LicenseDeleted')
    expect(copyOf(await explained(KEY_ID))).toMatchObject({ licenses: [{ lid, standing: 'deleted' }] })
  })

  it.each(['cd'.repeat(16), '01890000-0000-7000-8000-000000000001', 'no such thing', ''])('says clearly that it knows nothing: %j', async (text) => {
    const explanation = await explained(text)
    if (text.length === 32) expect(copyOf(explanation)).toMatchObject({ allowed: false, licenses: [], refusals: [{ reason: 'NoLicense' }] })
    else expect(explanation).toMatchObject({ subject: { type: 'unknown', text }, answers: [], replay: null })
    expect(explanation.text.length).toBeGreaterThan(0)
  })

  it('makes the decision of a refused export again, and finds it equal', async () => {
    await license({ rights: [{ action: 'Copy' }], inclusion: [SYSTEM] })
    const decision = await exported({ system: OTHER, registered: [SYSTEM, OTHER] })
    if (decision.type !== 'Refused') throw new Error('granted')
    const explanation = await explained(decision.eventId)
    expect(explanation).toMatchObject({ subject: { type: 'event', eventType: 'ExportRefused' }, replay: { type: 'equal' } })
    expect(copyOf(explanation)).toMatchObject({
      refusals: [{ rule: 'EX-5' }],
      change: [{ type: 'LicenseIncludes', system: OTHER }],
    })
  })

  it('makes the decision of a granted export again from the log before its own use', async () => {
    await license(copies(1))
    await exported()
    await exported()
    const explanation = await explained(await idOf('ExportAuthorized'))
    expect(explanation).toMatchObject({ replay: { type: 'equal' }, answers: [{ allowed: true }] })
    expect(await explained(await idOf('ExportRefused'))).toMatchObject({
      replay: { type: 'equal' },
      answers: [{ allowed: false, refusals: [{ reason: 'Exhausted' }], change: [{ type: 'UseGivenBack' }] }],
    })
  })

  it('adds up what several conditions need', async () => {
    const requires = { security: '2.4' as RequiredVersion, clock: true }
    await license({ ...copies(1), requires })
    await exported()
    const explanation = await explained(await idOf('ExportRefused'))
    expect(explanation.replay).toEqual({ type: 'equal' })
    expect(copyOf(explanation).change).toEqual([
      { type: 'VersionInstalled', securityVersion: '2.4.0.1' },
      { type: 'SecureClockAdded' },
    ])
  })

  it('explains any other event by the licenses that it is about, as they were then', async () => {
    const { lid } = await license(copies(1))
    const stored = await idOf('LicenseStored')
    await exported()
    expect(copyOf(await explained(stored))).toMatchObject({ allowed: true, licenses: [{ lid }] })
    expect(copyOf(await explained(await idOf('UseReserved')))).toMatchObject({ allowed: false })
    expect(await explained(await idOf('HomeCreated'))).toMatchObject({ answers: [], subject: { eventType: 'HomeCreated' } })
  })

  it('puts it in plain words', async () => {
    await license(copies(1))
    await exported()
    await exported()
    const { text } = await explained(await idOf('ExportRefused'))
    expect(text).toEqual([
      expect.stringMatching(/^event \d+, ExportRefused, at \S+, by the log up to \d+$/) as unknown,
      'Copy: refused',
      expect.stringMatching(/^ {2}license \S+ \(held\): does not allow it$/) as unknown,
      '    LI-12: all 1 uses are spent',
      '  decided by',
      expect.stringMatching(/^ {4}event \d+, LicenseStored, /) as unknown,
      expect.stringMatching(/^ {4}event \d+, UseReserved, /) as unknown,
      '  it would have been allowed if',
      expect.stringMatching(/^ {4}the license \S+ had one more use of Copy in window 1$/) as unknown,
      'made again from the log, the decision comes out as it is recorded',
    ])
  })
})
