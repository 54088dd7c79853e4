import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredEvent } from '@custody/core/event'
import { conditionsFromRights } from '@custody/core/license'
import * as E from 'fp-ts/Either'
import { lastValueFrom, take, toArray, type Observable } from 'rxjs'

import { clearKey } from '../systems/clear-key/adapter'
import { exportMedia } from './export-media'
import { protectMedia } from './protect-media'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { TransferError } from './transfer-error'

const SAMPLE = join(__dirname, '../../../../test/fixtures/asf/h264-aac.asf')

const collect = (process: Observable<StoredEvent>): Promise<ReadonlyArray<StoredEvent>> =>
  lastValueFrom(process.pipe(toArray()))

const faultOf = async (process: Observable<StoredEvent>): Promise<string> => {
  try {
    await collect(process)
    return 'none'
  } catch (error) {
    return error instanceof TransferError ? error.fault.type : String(error)
  }
}

const typesOf = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<string> => events.map(({ type }) => type)

describe('transfers', () => {
  let place: TemporaryHome
  let guarded: string
  const systems = [clearKey.describe.systemId]

  beforeEach(async () => {
    place = await temporaryHome()
    guarded = join(place.folder, 'protected.asf')
  })
  afterEach(() => {
    place.remove()
  })

  const protecting = (rights?: unknown): Observable<StoredEvent> => {
    const conditions = rights === undefined ? undefined : conditionsFromRights(rights)
    if (conditions !== undefined && E.isLeft(conditions)) throw new Error(conditions.left.expected)
    return protectMedia({ home: place.home, registered: systems })({
      input: SAMPLE,
      output: guarded,
      scheme: 'mce',
      ...(conditions === undefined ? {} : { conditions: conditions.right }),
    })
  }
  const exporting = (onSettled?: () => void, registered = systems): Observable<StoredEvent> =>
    exportMedia({ home: place.home, registered, ...(onSettled === undefined ? {} : { onSettled }) })({
      input: guarded,
      directory: join(place.folder, 'out'),
      adapter: clearKey,
    })
  const logged = (): Promise<ReadonlyArray<StoredEvent>> => collect(place.home.store.readAll())

  it('does nothing before the subscription', async () => {
    const before = await logged()
    protecting()
    exporting()
    expect(await logged()).toHaveLength(before.length)
    expect(readdirSync(place.folder).sort()).toEqual(['home', 'machine'])
  })

  it('emits exactly what it stored, in the order of the log', async () => {
    const before = await logged()
    const protectedEvents = await collect(protecting())
    const exportedEvents = await collect(exporting())
    const after = (await logged()).slice(before.length)
    expect([...protectedEvents, ...exportedEvents].map(({ id }) => id)).toEqual(after.map(({ id }) => id))
  })

  it('EX-3, EX-5: takes the use and reserves counters before the key leaves, and ends the use after the last sample', async () => {
    await collect(protecting())
    const types = typesOf(await collect(exporting()))
    expect(types.indexOf('UseReserved')).toBeLessThan(types.indexOf('ExportAuthorized'))
    expect(types.lastIndexOf('CounterRangeReserved')).toBeLessThan(types.indexOf('KeyReleased'))
    expect(types.indexOf('KeyReleased')).toBeLessThan(types.indexOf('UseFinished'))
    expect(types.at(-1)).toBe('ExportEnded')
  })

  it('EX-6: Copy without an inclusion list is refused as an event; nothing is written', async () => {
    await collect(protecting({ rights: [{ action: 'Play' }, { action: 'Copy' }] }))
    const events = await collect(exporting())
    expect(typesOf(events)).toEqual(['ExportRefused'])
    expect(JSON.stringify(events[0]?.data)).toContain('EX-6')
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
    expect(readdirSync(place.folder).filter((name) => name.includes('partial'))).toEqual([])
  })

  it('EX-23: a system that is not registered is never honoured', async () => {
    await collect(protecting())
    const events = await collect(exporting(undefined, []))
    expect(JSON.stringify(events[0]?.data)).toContain('EX-23')
  })

  it('records a cancellation, leaves nothing behind, and settles', async () => {
    await collect(protecting())
    await new Promise<void>((settled) => {
      exporting(settled).pipe(take(3)).subscribe()
    })
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
    expect(readdirSync(place.folder).filter((name) => name.includes('partial'))).toEqual([])
    const types = typesOf(await logged())
    expect(types).toContain('TransferCancelled')
    expect(types).not.toContain('ExportEnded')
  })

  it('gives the use back when it is cancelled before the key was released', async () => {
    await collect(protecting({ rights: [{ action: 'Copy', count: 1, inclusion: systems }] }))
    await new Promise<void>((settled) => {
      exporting(settled).pipe(take(1)).subscribe()
    })
    expect(typesOf(await logged())).toContain('UseReturned')
    expect(typesOf(await collect(exporting())).at(-1)).toBe('ExportEnded')
  })

  it('takes no use when it is cancelled before it was authorised', async () => {
    await collect(protecting())
    await new Promise<void>((settled) => {
      exporting(settled).subscribe().unsubscribe()
    })
    expect(typesOf(await logged())).not.toContain('UseReserved')
  })

  it('ends in a fault and a record of it when samples cannot be read', async () => {
    await collect(protecting())
    const whole = readFileSync(guarded)
    writeFileSync(guarded, whole.subarray(0, whole.length - 40_000))
    expect(await faultOf(exporting())).toBe('TruncatedMedia')
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
    expect(typesOf(await logged())).toContain('TransferFailed')
  })

  it('refuses to protect what is protected, and to export what is not', async () => {
    await collect(protecting())
    const again = protectMedia({ home: place.home, registered: systems })
    expect(await faultOf(again({ input: guarded, output: join(place.folder, 'twice.asf'), scheme: 'mce' }))).toBe('WrongState')
    const clear = exportMedia({ home: place.home, registered: systems })
    expect(await faultOf(clear({ input: SAMPLE, directory: join(place.folder, 'out'), adapter: clearKey }))).toBe('WrongState')
  })

  it('refuses a scheme that the system has not', async () => {
    await collect(protecting())
    const out = exportMedia({ home: place.home, registered: systems })
    const request = { input: guarded, directory: join(place.folder, 'out'), adapter: clearKey, scheme: 'cbcs' as const }
    expect(await faultOf(out(request))).toBe('PairUnknown')
  })
})
