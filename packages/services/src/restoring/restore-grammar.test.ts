import type { StoredEvent } from '@custody/core/event'
import { REQUEST_HEADER, requestDigest, signRefusal, type ServiceResponse, type ServiceTransport } from '@custody/core/exchange'
import { timestampFromMicros } from '@custody/core/license'
import { restoreLicenses } from '@custody/core/restore'
import { MEDIA_EVENT, sdkTrace, WMT_STATUS } from '@custody/core/sdk'
import { queryLicense } from '@custody/core/vault'
import fc from 'fast-check'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { runs } from '../../../../test/gate/runs'
import { succeed } from '../authority/testing/temporary-authority'
import type { TestLicense } from '../management/testing/test-backup'
import { dyingHome } from './testing/dying-home'
import { dataOf, eventsOf, person, restoringScene, typesOf, type Computer, type RestoringScene } from './testing/restoring-scene'

const LONG = 300_000
jest.setTimeout(LONG)

const EVERYDAY = 60
const SESSION_LIFE = 3700
const NONCE_LIFE = 400
const MINUTE = 60
/** Sequences for one computer. */
const SEQUENCES = 10
const OVERSIZED = 5 * 1024 * 1024

const FAULTS = [
  'unavailable',
  'refused',
  'bad signature',
  'wrong version',
  'truncated',
  'oversized',
  'twice',
  'session expired',
  'nonce lapsed',
] as const
type Fault = (typeof FAULTS)[number]

/** Which request of a client opens the session; the first one only asks for a nonce. */
const OPENING = 2
/** What loses a reply for good. That of an opening is a matter of continuity, which has tests of its own. */
const LOSES: ReadonlySet<Fault> = new Set(['refused', 'bad signature', 'wrong version', 'truncated', 'oversized'])

/** The orders of protocols, section 4.7, over the events of one run of the program. */
const BATCHES = '((LicenseRestored |LicenseAlreadyHeld |LicenseRestoreRefused )*(RestoreProgress |RestoreDisconnecting ))*'
const SESSION = `(RestoreConnecting (RestoreDisconnecting (RestoreBegun )?${BATCHES})?)?`
const END = '(RestoreEnded |RestoreEndedPartially |RestoreFailed |RestoreCancelled )'
const ORDER = new RegExp(`^(ConsentRecorded RestoreDeclined |(ConsentRecorded RestoreRequested )?${SESSION}${END})$`)
const CUT_OFF = new RegExp(`^(ConsentRecorded )?(RestoreRequested )?${SESSION}(RestoreEnded )?$`)
/** Section 3.1 of the reference; a run that fails before its first status has its end alone. */
const GRAMMAR_A = /^(CONNECTING (DISCONNECTING BEGIN (END|ERROR)|ERROR_WITHURL|ERROR)|ERROR) $/
const GRAMMAR_B = /^(Progress )*Completed $/
const TOLD = /^(Restore|LicenseRe|LicenseAl|Consent)/

const nameIn = (table: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(table).find(([, known]) => known === value)?.[0]?.replace(/^WMT_(BACKUPRESTORE_)?/, '') ?? 'unknown'
const wordsOf = (events: ReadonlyArray<StoredEvent>): string =>
  typesOf(events)
    .filter((type) => TOLD.test(type) && type !== 'LicenseReturned')
    .map((type) => `${type} `)
    .join('')

interface Decided {
  readonly results: ReadonlyArray<{ readonly lid?: string; readonly added?: ReadonlyArray<string> }>
}

interface Model {
  /** Whether a run is in the log that has no end. */
  open: boolean
}

interface Real {
  readonly computer: Computer
  readonly directory: string
}

describe('restores', () => {
  let scene: RestoringScene
  let computer: Computer
  let sequences = 0
  beforeAll(async () => {
    scene = await restoringScene()
  })
  afterAll(() => scene.remove())

  const answering = (response: ServiceResponse, change: (bytes: Buffer) => Buffer): ServiceResponse => ({
    ...response,
    body: (async function* () {
      const parts: Uint8Array[] = []
      for await (const part of response.body) parts.push(part)
      yield change(Buffer.concat(parts))
    })(),
  })
  const refusal = (request: string): Buffer => {
    const { kid, key } = scene.operator.authority.key('management-signing')
    const at = timestampFromMicros(scene.clock.now())
    return Buffer.from(signRefusal(key, kid, { request, at, status: 403, refusal: { reason: 'RateLimited', text: 'no' } }))
  }
  /** Goes wrong at its n-th request, and for `unavailable` from there on. */
  const faulty = (fault: Fault, at: number): ServiceTransport => {
    let requests = 0
    const { place, send } = scene.transport
    return {
      place,
      send: async (request, signal) => {
        requests += 1
        if (fault === 'unavailable' && requests >= at) throw new Error('away')
        if (requests !== at) return send(request, signal)
        if (fault === 'session expired') scene.clock.advance(SESSION_LIFE)
        if (fault === 'nonce lapsed') scene.clock.advance(NONCE_LIFE)
        if (fault === 'twice') await send(request, signal)
        const response = await send(request, signal)
        switch (fault) {
          case 'refused':
            return answering(response, () => refusal(requestDigest(request.headers[REQUEST_HEADER] ?? '')))
          case 'bad signature':
            return answering(response, (bytes) => Buffer.concat([bytes.subarray(0, -4), Buffer.from('AAAA')]))
          case 'wrong version':
            return answering(response, () => Buffer.from('{"v":2}'))
          case 'truncated':
            return answering(response, (bytes) => bytes.subarray(0, bytes.length >> 1))
          case 'oversized':
            return answering(response, () => Buffer.alloc(OVERSIZED, 'A'))
          default:
            return response
        }
      },
    }
  }
  const settled = (process: Observable<StoredEvent>): Promise<unknown> =>
    lastValueFrom(process.pipe(toArray())).catch((error: unknown) => error)
  /** What one run of the program leaves in the log, held against every grammar. */
  const check = (told: ReadonlyArray<StoredEvent>, killed: boolean): void => {
    expect(wordsOf(told)).toMatch(killed ? CUT_OFF : ORDER)
    if (killed) return
    const { a, b } = sdkTrace('restore')(told)
    if (typesOf(told).includes('RestoreDeclined')) return
    expect(a.map(({ status }) => `${nameIn(WMT_STATUS, status)} `).join('')).toMatch(GRAMMAR_A)
    expect(b.map(({ type }) => (nameIn(MEDIA_EVENT, type).endsWith('Progress') ? 'Progress ' : 'Completed ')).join('')).toMatch(GRAMMAR_B)
  }

  /** One run of the program. @param start begins it, and resolves when it is over. */
  const step = (
    name: string,
    start: (real: Real, consent: ReturnType<typeof person>) => Promise<unknown>,
    gives = true
  ): fc.AsyncCommand<Model, Real> => ({
    check: () => true,
    toString: () => name,
    run: async (model, real) => {
      const { position } = await succeed(real.computer.home().store.head())
      const consent = gives ? person('restore') : person()
      await start(real, consent)
      const told = await eventsOf(real.computer.home().store.readAll(position))
      const types = typesOf(told)
      const isOver = types.some((type) => /^Restore(Ended|EndedPartially|Failed|Cancelled|Declined)$/.test(type))
      expect(consent.asked).toHaveLength(model.open ? 0 : 1)
      check(told, name.startsWith('killed') && !isOver)
      model.open = !isOver && (model.open || types.includes('RestoreRequested'))
    },
  })
  const restoring = (fault: Fault, at: number) =>
    step(`${fault} at ${at}`, (real, consent) =>
      settled(restoreLicenses(scene.env(real.computer.home(), { consent }, faulty(fault, at)))({ directory: real.directory }))
    )
  const cancelled = (at: number) =>
    step(`cancelled at ${at}`, (real, consent) => {
      let seen = 0
      return new Promise<void>((onSettled) => {
        const process = restoreLicenses(scene.env(real.computer.home(), { consent, onSettled }))({ directory: real.directory })
        const next = () => {
          if ((seen += 1) === at) queueMicrotask(() => running.unsubscribe())
        }
        const running = process.subscribe({ next })
      })
    })
  const killed = (after: number) =>
    step(`killed after ${after}`, async (real, consent) => {
      const dying = dyingHome(real.computer.home(), () => after)
      await settled(restoreLicenses(scene.env(dying.home, { consent }))({ directory: real.directory }))
      await real.computer.reopen()
    })
  const declined = step(
    'declined',
    (real, consent) => settled(restoreLicenses(scene.env(real.computer.home(), { consent }))({ directory: real.directory })),
    false
  )
  const steps = [
    fc
      .tuple(fc.constantFrom(...FAULTS), fc.integer({ min: 1, max: 5 }))
      .map(([fault, at]) => restoring(fault, at === OPENING && LOSES.has(fault) ? 1 : at)),
    fc.integer({ min: 1, max: 16 }).map(cancelled),
    fc.integer({ min: 1, max: 10 }).map(killed),
    fc.constant(declined),
  ]
  const counted = async ({ license: { lid } }: TestLicense): Promise<number> => {
    const events = await eventsOf(scene.operator.authority.store.readAll())
    const decided = dataOf<Decided>(events, 'RestoreBatchDecided')
    return decided.flatMap(({ results }) => results.flatMap((result) => (result.lid === lid ? (result.added ?? []) : []))).length
  }

  it('P-1, P-3, P-5, EV-5, BR-16, BR-20: whatever befalls them, their traces are those of the grammar, and they end whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 4 }), async (commands) => {
        // A computer may ask for so many sessions a day, and for so many requests a second.
        if ((sequences += 1) % SEQUENCES === 1) computer = await scene.computer()
        scene.clock.advance(MINUTE)
        const licenses = [scene.license(), scene.license()]
        const directory = await scene.set(licenses)
        const { position } = await succeed(computer.home().store.head())
        await fc.asyncModelRun(() => ({ model: { open: false }, real: { computer, directory } }), commands)
        expect(typesOf(await scene.restore(computer.home(), { directory })).at(-1)).toBe('RestoreEnded')
        const told = await eventsOf(computer.home().store.readAll(position))
        expect(dataOf(told, 'LicenseStored')).toHaveLength(2)
        for (const license of licenses) {
          expect((await succeed(queryLicense(computer.home())({ keyId: license.license.keyId, action: 'Play' }))).allowed).toBe(true)
          expect(await counted(license)).toBe(2)
        }
      }),
      { numRuns: runs(EVERYDAY) }
    )
  })
})
