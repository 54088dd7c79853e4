import { copyFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { StoredEvent } from '@custody/core/event'
import { conditionsFromRights } from '@custody/core/license'
import { authorizeExport } from '@custody/core/transfer'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray, type Observable } from 'rxjs'

import { clearKey } from '../systems/clear-key/adapter'
import { protectMedia } from '../transfer/protect-media'
import { openFiles } from '../transfer/testing/open-files'
import { makeSmallSamples } from '../transfer/testing/small-samples'
import { temporaryHome, type TemporaryHome } from '../transfer/testing/temporary-home'
import type { ManyEvent } from './many-event'
import type { TransferJob } from './transfer-job'
import { transferMany, type ManyEnv } from './transfer-many'

jest.setTimeout(60_000)

const PACKAGE = join(__dirname, '..', '..')
/** Threads run what was built: they know nothing of the test runner. */
const PROGRAM = join(PACKAGE, 'dist', 'systems', 'transfer.worker.js')
const LOST_PROGRAM = join(__dirname, 'testing', 'lost-worker.cjs')
const SAMPLE = join(__dirname, '../../../../test/fixtures/asf/h264-aac.asf')
const HEAP_MEGABYTES = 96

describe('many transfers', () => {
  let place: TemporaryHome
  let guarded: string
  const registered = [clearKey.describe.systemId]

  beforeEach(async () => {
    place = await temporaryHome()
    guarded = join(place.folder, 'protected.asf')
  })
  afterEach(() => {
    place.remove()
  })

  const protectWith = async (input: string, rights?: object): Promise<void> => {
    const conditions = rights === undefined ? undefined : conditionsFromRights(rights)
    if (conditions !== undefined && E.isLeft(conditions)) throw new Error(conditions.left.expected)
    const request = { input, output: guarded, scheme: 'mce' as const, ...(conditions && { conditions: conditions.right }) }
    await lastValueFrom(protectMedia({ home: place.home, registered })(request))
  }
  const large = async (): Promise<void> => {
    const clear = join(place.folder, 'clear.asf')
    makeSmallSamples(clear, 2)
    await protectWith(clear)
  }
  const running = (jobs: ReadonlyArray<TransferJob>, env: Partial<ManyEnv> = {}): Observable<ManyEvent> => {
    const home = { directory: place.home.directory, machineFile: join(place.folder, 'machine') }
    return transferMany({ home, registered, concurrency: 2, program: PROGRAM, ...env })(jobs)
  }
  const exporting = (output: string, input = guarded): TransferJob => ({
    type: 'export',
    input,
    output: join(place.folder, output),
    system: 'clear-key',
  })
  const collect = (events: Observable<ManyEvent>): Promise<ReadonlyArray<ManyEvent>> => lastValueFrom(events.pipe(toArray()))
  const endOf = (event: ManyEvent): string | undefined => {
    if (event.type === 'Failed') return event.fault.type === 'WorkerLost' ? event.fault.how : event.fault.type
    return ['Done', 'Refused', 'Cancelled'].includes(event.type) ? event.type : undefined
  }
  const endsOf = (events: ReadonlyArray<ManyEvent>): Readonly<Record<number, string | undefined>> =>
    Object.fromEntries(events.filter((event) => endOf(event) !== undefined).map((event) => [event.job, endOf(event)]))
  const logged = async (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(place.home.store.readAll().pipe(toArray()))
  const count = (events: ReadonlyArray<StoredEvent>, type: string): number => events.filter((event) => event.type === type).length
  const partials = (): ReadonlyArray<string> => readdirSync(place.folder).filter((name) => name.includes('partial'))

  it('run so many at a time, each told from its beginning to its end with the events that it stored', async () => {
    await protectWith(SAMPLE)
    const before = (await logged()).length
    const protecting: TransferJob = { type: 'protect', input: SAMPLE, output: join(place.folder, 'again.asf'), scheme: 'cocktail' }
    const events = await collect(running([exporting('a'), exporting('b'), protecting, exporting('c')]))
    expect(endsOf(events)).toEqual({ 0: 'Done', 1: 'Done', 2: 'Done', 3: 'Done' })
    let most = 0
    let open = 0
    for (const { type } of events) {
      if (type === 'Started') most = Math.max(most, (open += 1))
      if (type === 'Done') open -= 1
    }
    expect(most).toBe(2)
    const told = events.flatMap((event) => (event.type === 'Stored' ? [event.event.id] : []))
    // Each thread anchors the log when its job is over.
    const stored = (await logged()).slice(before).filter(({ type }) => type !== 'LogAnchored')
    expect([...told].sort()).toEqual(stored.map(({ id }) => id).sort())
    for (const job of [0, 1, 2, 3]) {
      const own = events.filter((event) => event.job === job)
      expect(own[0]?.type).toBe('Started')
      expect(own.at(-1)?.type).toBe('Done')
      expect(own.some(({ type }) => type === 'Progress')).toBe(true)
    }
    for (const name of ['a', 'b', 'c']) expect(readdirSync(join(place.folder, name))).toContain('video.mp4')
    expect(existsSync(join(place.folder, 'again.asf'))).toBe(true)
  })

  it('R12: five exports at once under a license that permits three: three leave, two are refused', async () => {
    await protectWith(SAMPLE, { rights: [{ action: 'Copy', count: 3, inclusion: registered }] })
    const events = await collect(running(['a', 'b', 'c', 'd', 'e'].map((name) => exporting(name)), { concurrency: 5 }))
    expect(Object.values(endsOf(events)).sort()).toEqual(['Done', 'Done', 'Done', 'Refused', 'Refused'])
    expect(['a', 'b', 'c', 'd', 'e'].filter((name) => existsSync(join(place.folder, name)))).toHaveLength(3)
    const stored = await logged()
    expect(count(stored, 'ExportEnded')).toBe(3)
    // Each is stored with the license and with the use.
    expect(count(stored, 'UseReserved')).toBe(6)
    expect(count(stored, 'ExportRefused')).toBe(2)
  })

  it('one that fails or is refused stops no other', async () => {
    await protectWith(SAMPLE)
    const foreign = join(place.folder, 'foreign.asf')
    const other = await temporaryHome()
    try {
      await lastValueFrom(protectMedia({ home: other.home, registered })({ input: SAMPLE, output: foreign, scheme: 'mce' }))
    } finally {
      other.remove()
    }
    const jobs = [
      exporting('a', join(place.folder, 'missing.asf')),
      exporting('b', SAMPLE),
      { ...exporting('c'), system: 'no-such-system' } as TransferJob,
      exporting('d', foreign),
      exporting('e'),
      exporting('e'),
    ]
    expect(endsOf(await collect(running(jobs)))).toEqual({
      0: 'SourceFailed',
      1: 'WrongState',
      2: 'PairUnknown',
      3: 'Refused',
      4: 'Done',
      5: 'TargetTaken',
    })
  })

  it('a program that cannot be loaded fails each job', async () => {
    const ends = endsOf(await collect(running([exporting('a'), exporting('b')], { program: join(__dirname, 'no-such-program.js') })))
    expect(ends).toEqual({ 0: 'error', 1: 'error' })
  })

  it('a home that cannot be opened fails each job', async () => {
    await protectWith(SAMPLE)
    const home = { directory: place.home.directory, machineFile: join(place.folder, 'other-machine') }
    const ends = Object.values(endsOf(await collect(running([exporting('a'), exporting('b')], { home }))))
    expect(ends).toHaveLength(2)
    for (const end of ends) expect(end).not.toBe('Done')
  })

  it('R18: cancelled together, leave nothing and are in the log', async () => {
    await large()
    await new Promise<void>((settled) => {
      const subscription = running(['a', 'b', 'c', 'd'].map((name) => exporting(name)), { onSettled: settled }).subscribe((event) => {
        if (event.type === 'Progress') subscription.unsubscribe()
      })
    })
    const stored = await logged()
    const whole = count(stored, 'ExportEnded')
    expect(['a', 'b', 'c', 'd'].filter((name) => existsSync(join(place.folder, name)))).toHaveLength(whole)
    expect(partials()).toEqual([])
    expect(openFiles(place.folder).filter((path) => !path.includes('/home/'))).toEqual([])
    expect(count(stored, 'TransferCancelled')).toBeGreaterThan(0)
    expect(count(stored, 'TransferCancelled') + whole).toBe(count(stored, 'ExportAuthorized'))
    // Two were begun at most, and nothing after that.
    expect(count(stored, 'ExportAuthorized')).toBeLessThanOrEqual(2)
  })

  it.each([
    ['exits', 'exit'],
    ['hoards', 'out-of-memory'],
  ])('a thread that %s is a fault of its job: what it wrote is removed, and the others go on', async (name, how) => {
    await large()
    const doomed = join(place.folder, `${name}.asf`)
    copyFileSync(guarded, doomed)
    const jobs = [exporting('a'), exporting('b', doomed), exporting('c'), exporting('d')]
    const events = await collect(running(jobs, { program: LOST_PROGRAM, heapMegabytes: HEAP_MEGABYTES }))
    expect(endsOf(events)).toEqual({ 0: 'Done', 1: how, 2: 'Done', 3: 'Done' })
    expect(partials()).toEqual([])
    expect(existsSync(join(place.folder, 'b'))).toBe(false)
    // And the place is free.
    expect(endsOf(await collect(running([exporting('b', doomed)])))).toEqual({ 0: 'Done' })
  })

  it('P1: a grant that is sent to a thread opens nothing there', async () => {
    const keyId = 'ab'.repeat(16)
    const license = conditionsFromRights({ rights: [{ action: 'Copy', inclusion: registered }] })
    if (E.isLeft(license)) throw new Error(license.left.expected)
    const request = { input: SAMPLE, output: guarded, scheme: 'mce' as const, keyId: keyId as never, conditions: license.right }
    await lastValueFrom(protectMedia({ home: place.home, registered })(request))
    const decision = await authorizeExport(place.home)({
      keyId: keyId as never,
      system: clearKey.describe.systemId,
      action: 'Copy',
      source: { digest: 'A'.repeat(43) },
      registered,
      targetKeys: [{ scheme: 'cenc' }],
    })()
    if (E.isLeft(decision) || decision.right.type !== 'Granted') throw new Error('not granted')
    const thief = `
      const { workerData, parentPort } = require('node:worker_threads')
      const { connectPipeline } = require(${JSON.stringify(join(PACKAGE, '../core/dist/pipeline-connection'))})
      connectPipeline().open(workerData)().then(({ left }) => parentPort.postMessage(left?.type ?? 'opened'))`
    const answer = await new Promise((resolve, reject) => {
      new Worker(thief, { eval: true, workerData: decision.right.type === 'Granted' ? decision.right.grant : undefined })
        .once('message', resolve)
        .once('error', reject)
    })
    expect(answer).toBe('GrantForged')
  })
})
