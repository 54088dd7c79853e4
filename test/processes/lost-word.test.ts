import { setTimeout as delay } from 'node:timers/promises'

import { systemClock } from '@custody/core/clock'
import type { ConsentPort } from '@custody/core/consent'
import type { StoredEvent } from '@custody/core/event'
import { serviceClient, type ServiceClient } from '@custody/core/exchange'
import { openHome, type Home } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import { systemRandom } from '@custody/core/random'
import { restoreLicenses } from '@custody/core/restore'
import { httpTransport } from '@custody/services/transport'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { createPlace, removePlaces, type Place } from '../command/temporary-place'
import { runOperator, type RunningOperator } from './running-operator'
import { sourceComputer, type SourceComputer } from './source-computer'
import { succeed } from './succeed'
import { openUnreliableLink, type UnreliableLink } from './unreliable-link'

const LONG = 120_000
const OPENINGS = '/v1/restore/sessions'
const REQUESTS = '/v1/individualization/requests'

const consent: ConsentPort = { ask: () => Promise.resolve({ answer: 'given', by: 'prompt' }) }

describe('protocols 4.6: the service decided, and its word did not arrive', () => {
  let root: Place
  let operator: RunningOperator
  let source: SourceComputer
  let link: UnreliableLink
  let home: Home
  let computers = 0
  /** The path whose answers are lost; `onLoss` is called when one was. */
  let losing: string | undefined
  /** Answers that still arrive: a client's first request for a session only gets a nonce. */
  let passing = 0
  let onLoss: () => void = () => undefined

  const client = (): ServiceClient =>
    serviceClient({
      transport: httpTransport(link.url),
      clock: systemClock,
      random: systemRandom,
      wait: (milliseconds) => delay(milliseconds),
      pace: { tries: 2, shortest: 1, longest: 1, timeout: 20_000 },
    })
  const restore = () => restoreLicenses({ home, client: client(), consent })({ directory: source.backup })
  const upgrade = () => individualize({ home, client: client(), consent })({ forced: true })

  /** Types of the events, that of a fault at the end. */
  const typesOf = async (process: Observable<StoredEvent>): Promise<ReadonlyArray<string>> =>
    lastValueFrom(process.pipe(toArray())).then(
      (events) => events.map(({ type }) => type),
      (error: unknown) => [String((error as { readonly fault?: { readonly type: string } }).fault?.type)]
    )
  const decided = async (): Promise<number> => {
    const events = await lastValueFrom(operator.authority.store.readAll().pipe(toArray()))
    return events.filter(({ type }) => type === 'ContinuityGiven').length
  }
  /** Runs a process whose answers on a path are lost after the service decided. */
  const withLoss = async (path: string, run: () => Promise<unknown>): Promise<void> => {
    const before = await decided()
    losing = path
    passing = path === OPENINGS ? 1 : 0
    await run()
    losing = undefined
    onLoss = () => undefined
    expect(await decided()).toBe(before + 1)
  }
  const unsubscribedAtLoss = (process: (onSettled: () => void) => Observable<StoredEvent>): Promise<void> =>
    new Promise((resolve) => {
      const running = process(resolve).subscribe()
      onLoss = () => running.unsubscribe()
    })

  beforeAll(async () => {
    root = createPlace()
    operator = await runOperator(root.at('authority'), 1024)
    source = await sourceComputer(root, operator.url, 3)
    link = await openUnreliableLink(operator.url, (path) => {
      if (path !== losing || passing-- > 0) return 'none'
      // A second one shows that the first was decided.
      if (passing < -1) setTimeout(onLoss)
      return 'reply-lost'
    })
  }, LONG)
  beforeEach(async () => {
    const { home: directory, machine: machineFile } = root.withHome(`computer-${String((computers += 1))}`)
    home = await succeed(openHome({ directory, machineFile, clock: systemClock, random: systemRandom }))
    expect(await typesOf(upgrade())).toContain('IndividualizationSucceeded')
  }, LONG)
  afterEach(() => home.close())
  afterAll(async () => {
    await link.close()
    await operator.close()
    removePlaces()
  })

  it(
    'a restore that failed for it is no copy of itself: the next one ends',
    async () => {
      await withLoss(OPENINGS, async () => expect(await typesOf(restore())).toEqual(['ServiceUnavailable']))
      expect(await typesOf(restore())).toContain('RestoreEnded')
    },
    LONG
  )

  it(
    'R18: nor is one that was cancelled for it, nor an individualization between the two',
    async () => {
      await withLoss(OPENINGS, () =>
        unsubscribedAtLoss((onSettled) => restoreLicenses({ home, client: client(), consent, onSettled })({ directory: source.backup }))
      )
      await withLoss(REQUESTS, () =>
        unsubscribedAtLoss((onSettled) => individualize({ home, client: client(), consent, onSettled })({ forced: true }))
      )
      expect(await typesOf(restore())).toContain('RestoreEnded')
      expect(await typesOf(upgrade())).toContain('IndividualizationSucceeded')
    },
    LONG
  )

  it(
    'an individualization that failed for it is followed by one that succeeds',
    async () => {
      await withLoss(REQUESTS, async () => expect(await typesOf(upgrade())).toContain('IndividualizationFailed'))
      expect(await typesOf(upgrade())).toContain('IndividualizationSucceeded')
      expect(await typesOf(restore())).toContain('RestoreEnded')
    },
    LONG
  )
})
