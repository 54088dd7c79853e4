import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredEvent } from '@custody/core/event'
import type { KeyId } from '@custody/core/identity'
import { conditionsFromRights } from '@custody/core/license'
import { secretFromBytes } from '@custody/core/secret'
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

  it('takes the whole samples of a cut file when asked, and marks the result in the log', async () => {
    await collect(protecting())
    const whole = readFileSync(guarded)
    writeFileSync(guarded, whole.subarray(0, whole.length - 40_000))
    const request = { input: guarded, directory: join(place.folder, 'out'), adapter: clearKey, salvage: true }
    const events = await collect(exportMedia({ home: place.home, registered: systems })(request))
    const damage = events.find(({ type }) => type === 'SourceDamageFound')
    expect(damage?.data).toMatchObject({ salvaged: true })
    expect(JSON.stringify(damage?.data)).toMatch(/"offset":\d+,"what":"the data end after/)
    expect(typesOf(events).at(-1)).toBe('ExportEnded')
  })

  it('refuses to protect what is protected, and to export what is not', async () => {
    await collect(protecting())
    const again = protectMedia({ home: place.home, registered: systems })
    expect(await faultOf(again({ input: guarded, output: join(place.folder, 'twice.asf'), scheme: 'mce' }))).toBe('WrongState')
    const clear = exportMedia({ home: place.home, registered: systems })
    expect(await faultOf(clear({ input: SAMPLE, directory: join(place.folder, 'out'), adapter: clearKey }))).toBe('WrongState')
  })

  it('LI-35: a file that is not protected is told as that: no license of the home is asked, and nothing is recorded', async () => {
    await collect(protecting())
    const before = await logged()
    const clear = exportMedia({ home: place.home, registered: systems })
    const error: unknown = await collect(clear({ input: SAMPLE, directory: join(place.folder, 'out'), adapter: clearKey })).catch(
      (fault: unknown) => fault
    )
    expect(error).toMatchObject({ fault: { type: 'WrongState', expected: 'content', found: 'clear' } })
    expect(await logged()).toHaveLength(before.length)
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
  })

  it('EX-4: the key ID comes from the header of each file, so each goes by its own licenses', async () => {
    const [first, second] = ['ab'.repeat(16) as KeyId, 'cd'.repeat(16) as KeyId]
    const protectUnder = async (keyId: KeyId, rights: ReadonlyArray<object>): Promise<string> => {
      const conditions = conditionsFromRights({ rights })
      if (E.isLeft(conditions)) throw new Error(conditions.left.expected)
      const output = join(place.folder, `${keyId.slice(0, 2)}.asf`)
      const request = { input: SAMPLE, output, scheme: 'mce' as const, keyId, conditions: conditions.right }
      await collect(protectMedia({ home: place.home, registered: systems })(request))
      return output
    }
    const open = await protectUnder(first, [{ action: 'Copy', inclusion: systems }])
    const closed = await protectUnder(second, [{ action: 'Play' }])
    const leaving = (input: string) =>
      collect(
        exportMedia({ home: place.home, registered: systems })({ input, directory: join(place.folder, 'out'), adapter: clearKey })
      )
    const refused = await leaving(closed)
    expect(refused).toMatchObject([{ type: 'ExportRefused', data: { keyId: second, refusals: [{ rule: 'EX-3' }] } }])
    const authorized = (await leaving(open)).find(({ type }) => type === 'ExportAuthorized')
    expect(authorized?.data).toMatchObject({ keyId: first })
  })

  it('LI-55: each item is protected under a fresh key ID, and the key seed stands in no file', async () => {
    const seed = Uint8Array.from({ length: 30 }, (_, index) => 200 - index * 3)
    const ids: unknown[] = []
    const files: Buffer[] = []
    for (const name of ['one.asf', 'two.asf']) {
      const key = { type: 'key-seed' as const, secret: secretFromBytes(Uint8Array.from(seed)) }
      const output = join(place.folder, name)
      const events = await collect(protectMedia({ home: place.home, registered: systems })({ input: SAMPLE, output, scheme: 'mce', key }))
      ids.push(...events.flatMap(({ type, data }) => (type === 'LicenseStored' ? [(data as { keyId: string }).keyId] : [])))
      files.push(readFileSync(output))
    }
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(2)
    for (const file of files) {
      for (const form of [Buffer.from(seed), Buffer.from(seed).toString('base64'), Buffer.from(seed).toString('hex')]) {
        expect(file.includes(form)).toBe(false)
        expect(file.includes(Buffer.from(String(form), 'utf16le'))).toBe(false)
      }
    }
  })

  it('refuses a key that the scheme cannot use before it issues a license', async () => {
    const request = { input: SAMPLE, output: guarded, scheme: 'mce' as const }
    for (const length of [7, 32]) {
      const key = { type: 'content-key' as const, secret: secretFromBytes(new Uint8Array(length)) }
      expect(await faultOf(protectMedia({ home: place.home, registered: systems })({ ...request, key }))).toBe('BadInput')
    }
    expect(typesOf(await logged())).not.toContain('LicenseStored')
    expect(existsSync(guarded)).toBe(false)
  })

  it('protects several files under one key ID, with a key of its own and with the owner’s, and each can leave', async () => {
    const keyId = 'ab'.repeat(16) as KeyId
    const run = protectMedia({ home: place.home, registered: systems })
    for (const own of [false, true]) {
      for (const file of ['first', 'second', 'third']) {
        const secret = secretFromBytes(new Uint8Array(16).fill(7))
        const key = own ? { key: { type: 'content-key' as const, secret } } : {}
        const id = own ? (keyId.replace('ab', 'cd') as KeyId) : keyId
        await collect(run({ input: SAMPLE, output: guarded, scheme: 'mce', keyId: id, ...key }))
        const out = exportMedia({ home: place.home, registered: systems })
        const directory = join(place.folder, `${file}-${String(own)}`)
        expect(typesOf(await collect(out({ input: guarded, directory, adapter: clearKey }))).at(-1)).toBe('ExportEnded')
      }
    }
  }, 60_000)

  it('protects a package with keys of the user’s own: one for all tracks, or one for each', async () => {
    await collect(protecting())
    const given = (digit: number) => ({
      keyId: String(digit).repeat(32) as KeyId,
      key: secretFromBytes(new Uint8Array(16).fill(digit)),
    })
    const out = exportMedia({ home: place.home, registered: systems })
    const keyIdsOf = async (name: string, ...targetKeys: ReadonlyArray<ReturnType<typeof given>>): Promise<unknown> => {
      const directory = join(place.folder, name)
      await collect(out({ input: guarded, directory, adapter: clearKey, targetKeys }))
      const record = JSON.parse(readFileSync(join(directory, 'export.json'), 'utf8')) as { tracks: Array<{ keyId: string }> }
      return record.tracks.map(({ keyId }) => keyId)
    }
    expect(await keyIdsOf('one', given(1))).toEqual(['1'.repeat(32), '1'.repeat(32)])
    expect(await keyIdsOf('again', given(1))).toEqual(['1'.repeat(32), '1'.repeat(32)])
    expect(await keyIdsOf('two', given(2), given(3))).toEqual(['2'.repeat(32), '3'.repeat(32)])
    const ranges = (await logged()).flatMap(({ type, data }) =>
      type === 'CounterRangeReserved' && (data as { keyId: string }).keyId === '1'.repeat(32) ? [data as { from: string; to: string }] : []
    )
    expect(ranges).toHaveLength(4)
    ranges.slice(1).forEach(({ from }, index) => expect(BigInt(from)).toBe(BigInt(ranges[index]?.to ?? '0')))
    const [first] = ranges
    expect(BigInt(first?.from ?? '0') >> 32n).toBeGreaterThan(0n)
  })

  it('refuses given keys that do not fit, before it takes a use', async () => {
    await collect(protecting())
    const given = (digit: number, length = 16) => ({
      keyId: String(digit).repeat(32) as KeyId,
      key: secretFromBytes(new Uint8Array(length).fill(digit)),
    })
    const out = exportMedia({ home: place.home, registered: systems })
    for (const targetKeys of [[], [given(1), given(2), given(3)], [given(1), given(1)], [given(1, 32)], [given(1), given(2, 7)]]) {
      const directory = join(place.folder, 'out')
      expect(await faultOf(out({ input: guarded, directory, adapter: clearKey, targetKeys }))).toBe('BadInput')
    }
    expect(typesOf(await logged())).not.toContain('UseReserved')
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
  })

  it('records the end of an export whose adapter throws, and gives the use back', async () => {
    await collect(protecting({ rights: [{ action: 'Copy', count: 1, inclusion: systems }] }))
    const broken = {
      ...clearKey,
      signal: () => {
        throw new Error('an adapter of somebody else')
      },
    }
    const out = exportMedia({ home: place.home, registered: systems })
    expect(await faultOf(out({ input: guarded, directory: join(place.folder, 'out'), adapter: broken }))).toContain('somebody else')
    const types = typesOf(await logged())
    expect(types).toContain('UseReturned')
    expect((await logged()).at(-1)).toMatchObject({ type: 'TransferFailed', data: { fault: 'Defect' } })
    expect(typesOf(await collect(exporting())).at(-1)).toBe('ExportEnded')
  })

  it('refuses a scheme that the system has not', async () => {
    await collect(protecting())
    const out = exportMedia({ home: place.home, registered: systems })
    const request = { input: guarded, directory: join(place.folder, 'out'), adapter: clearKey, scheme: 'cens' as const }
    expect(await faultOf(out(request))).toBe('PairUnknown')
  })
})
