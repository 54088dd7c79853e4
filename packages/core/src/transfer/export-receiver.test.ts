import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import { certify, testKey } from '../certificate/testing/authority'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { SystemId } from '../identity/system-id'
import { timestampFromMicros } from '../license/timestamp'
import { connectPipeline } from '../pipeline-connection/connect-pipeline'
import { authorizeExport } from './authorize-export'
import type { ExportDecision, ExportRequest } from './export-request'
import type { Receiver } from './receiver'
import { authorityHome, type AuthorityHome } from './testing/authority-home'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const DAY = 24 * 3600
const redeemer = connectPipeline()

describe('exporting to a certified receiver', () => {
  let under: AuthorityHome
  beforeEach(async () => {
    under = await authorityHome()
    const conditions = { rights: [{ action: 'Copy' as const, windows: [{ count: 2 }] }], inclusion: [SYSTEM] }
    await succeed(protectLicense(under.home)({ keyId: KEY_ID, conditions }))
  })
  afterEach(() => under.remove())

  const request = (receiver: Receiver): ExportRequest => ({
    keyId: KEY_ID,
    system: SYSTEM,
    action: 'Copy',
    source: { digest: 'A'.repeat(43) },
    registered: [SYSTEM],
    targetKeys: [{ scheme: 'cenc' }],
    receiver,
  })
  const asked = (chain: ReadonlyArray<string>): Promise<ExportDecision> =>
    succeed(authorizeExport(under.home)(request({ type: 'certified', chain })))
  const answers = (decision: ExportDecision): ReadonlyArray<string> =>
    decision.type === 'Granted' ? ['Granted'] : decision.reasons.map(({ rule, reason }) => `${rule} ${reason}`)
  const types = async (): Promise<ReadonlyArray<string>> =>
    (await lastValueFrom(under.home.store.readAll().pipe(toArray()))).map(({ type }) => type)

  it('R8, EX-1: list, authorisation and key release stand in the log in this order', async () => {
    const { chain, thumbprint } = under.receiver()
    await under.list('application', '7')
    const decision = await asked(chain)
    if (decision.type === 'Refused') throw new Error(answers(decision).join())
    const opened = await succeed(redeemer.open(decision.grant))
    await succeed(opened.close('finished'))
    const events = await types()
    expect(events.indexOf('RevocationListStored')).toBeLessThan(events.indexOf('ExportAuthorized'))
    expect(events.indexOf('ExportAuthorized')).toBeLessThan(events.indexOf('KeyReleased'))
    const [authorized] = (await lastValueFrom(under.home.store.read(`export-${decision.useId}`).pipe(toArray()))).slice(-1)
    expect(authorized?.data).toMatchObject({
      question: {
        receiver: { type: 'certified', level: 1000, thumbprints: [thumbprint] },
        revocation: { kind: 'application', version: '7', freshness: 'fresh', listed: [] },
      },
    })
  })

  it('R8: no list: refused, and no key is released', async () => {
    expect(answers(await asked(under.receiver().chain))).toEqual(['R8 RevocationStale'])
    expect(await types()).not.toContain('UseReserved')
  })

  it('R8: a list of another kind does not count', async () => {
    await under.list('device', '7')
    expect(answers(await asked(under.receiver().chain))).toEqual(['R8 RevocationStale'])
  })

  it('R8: a list whose grace is over, and one that is renewed', async () => {
    const { chain } = under.receiver({ until: timestampFromMicros(under.place.clock.now() + 30 * DAY * 1_000_000) })
    await under.list('application', '7')
    under.place.clock.advance(7 * DAY)
    expect(answers(await asked(chain))).toEqual(['Granted'])
    under.place.clock.advance(DAY)
    expect(answers(await asked(chain))).toEqual(['R8 RevocationStale'])
    await under.list('application', '8')
    expect(answers(await asked(chain))).toEqual(['Granted'])
  })

  it('EX-22 (inferred): a receiver that is listed', async () => {
    const { chain, thumbprint } = under.receiver()
    await under.list('application', '7', [thumbprint])
    expect(answers(await asked(chain))).toEqual(['EX-22 CertificateRevoked'])
    expect(await types()).not.toContain('UseReserved')
  })

  it.each([0, 1])('R8: every certificate of the chain is looked for in the list, number %i', async (place) => {
    const { chain, thumbprints } = under.receiverBelow()
    await under.list('application', '7', [thumbprints[place] ?? ''])
    expect(answers(await asked(chain))).toEqual(['EX-22 CertificateRevoked'])
  })

  it.each([
    ['an expired certificate', { until: '2020-01-02T00:00:00Z', from: '2020-01-01T00:00:00Z' }, 'CertificateExpired'],
    ['a certificate for another use', { use: 'device' }, 'CertificateInvalid'],
    ['a certificate for another system', { systems: [] }, 'CertificateInvalid'],
  ])('EX-22 (inferred): %s', async (_, members, reason) => {
    await under.list('application', '7')
    expect(answers(await asked(under.receiver(members as object).chain))).toEqual([`EX-22 ${reason}`])
  })

  it('EX-1: a chain that another root signed, and none at all', async () => {
    await under.list('application', '7')
    expect(answers(await asked([certify(testKey(), testKey())]))).toEqual(['EX-22 CertificateInvalid'])
    expect(answers(await asked([]))).toEqual(['EX-22 CertificateInvalid'])
  })

  it('R8: a fault of the log while lists are read releases nothing', async () => {
    await under.list('application', '7')
    const { chain } = under.receiver()
    const { home } = under
    const failing = {
      ...home,
      store: {
        ...home.store,
        lookUp: (model: string, key: string) =>
          model === 'revocation'
            ? TE.left({ type: 'StoreLocked' as const, place: 'events.db' })
            : home.store.lookUp(model, key),
      },
    }
    const before = await types()
    expect(await fail(authorizeExport(failing)(request({ type: 'certified', chain })))).toMatchObject({ type: 'StoreLocked' })
    expect(await types()).toEqual(before)
  })

  it('R6, R8: a list that cannot be read any more counts as none', async () => {
    await under.list('application', '7')
    const { home } = under
    const unreadable = {
      ...home,
      store: {
        ...home.store,
        lookUp: (model: string, key: string) =>
          model === 'revocation'
            ? TE.left({ type: 'EventUnreadable' as const, position: 4, eventType: 'RevocationListStored', why: 'no JSON' })
            : home.store.lookUp(model, key),
      },
    }
    const { chain } = under.receiver()
    const decision = await succeed(authorizeExport(unreadable)(request({ type: 'certified', chain })))
    expect(answers(decision)).toEqual(['R8 RevocationStale'])
  })

  it('R8: a list that arrives between the authorisation and the first key stops the release, and gives the use back', async () => {
    const { chain, thumbprint } = under.receiver()
    await under.list('application', '7')
    const decision = await asked(chain)
    if (decision.type === 'Refused') throw new Error('refused')
    await under.list('application', '8', [thumbprint])
    expect(await fail(redeemer.open(decision.grant))).toEqual({ type: 'CertificateRevoked', thumbprint })
    const events = await types()
    expect(events).not.toContain('KeyReleased')
    expect(events.filter((type) => type === 'UseReturned')).toHaveLength(2)
  })

  describe('a list whose grace ends between the authorisation and the first key', () => {
    const MINUTE = 60
    /** Authorised four minutes before the list can be relied on no longer; opened four minutes after. */
    const openedLate = async (home: Home) => {
      const { chain } = under.receiver({ until: timestampFromMicros(under.place.clock.now() + 30 * DAY * 1_000_000) })
      await under.list('application', '7')
      under.place.clock.advance(7 * DAY + 56 * MINUTE)
      const decision = await succeed(authorizeExport(home)(request({ type: 'certified', chain })))
      if (decision.type === 'Refused') throw new Error(answers(decision).join())
      under.place.clock.advance(8 * MINUTE)
      return redeemer.open(decision.grant)()
    }

    it('R8: stops the release, which stands in the log as a use that was given back', async () => {
      const opened = await openedLate(under.home)
      expect(opened).toEqual(E.left({ type: 'RevocationStale', kind: 'application', since: null }))
      const told = (await types()).filter((type) => /^(RevocationListStored|ExportAuthorized|UseReturned|KeyReleased)$/.test(type))
      expect(told).toEqual(['RevocationListStored', 'ExportAuthorized', 'UseReturned', 'UseReturned'])
    })

    it('R8: twin: where the time is not looked at again the key is released', async () => {
      let stopped: number | undefined
      const clock = { now: () => (stopped ??= under.place.clock.now()) }
      const opened = await openedLate({ ...under.home, clock })
      expect(E.isRight(opened)).toBe(true)
      expect(await types()).toContain('KeyReleased')
      if (E.isRight(opened)) await succeed(opened.right.close('broken'))
    })
  })

  it('R9: a list that arrives while a run is on makes its grant invalid at the next look', async () => {
    const { chain, thumbprint } = under.receiver()
    await under.list('application', '7')
    const decision = await asked(chain)
    if (decision.type === 'Refused') throw new Error('refused')
    const opened = await succeed(redeemer.open(decision.grant))
    await succeed(opened.stillValid())
    await under.list('application', '8', [thumbprint])
    expect(await fail(opened.stillValid())).toEqual({ type: 'CertificateRevoked', thumbprint })
    await succeed(opened.close('broken'))
  })

  it('EX-22 (inferred): a grant ends with the receiver’s certificate', async () => {
    const { chain } = under.receiver({ until: timestampFromMicros(under.place.clock.now() + 60_000_000) })
    await under.list('application', '7')
    const decision = await asked(chain)
    if (decision.type === 'Refused') throw new Error('refused')
    const opened = await succeed(redeemer.open(decision.grant))
    under.place.clock.advance(120)
    expect(await fail(opened.stillValid())).toEqual({ type: 'GrantExpired' })
    await succeed(opened.close('broken'))
  })
})
