import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import { testKey } from '../certificate/testing/authority'
import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { openHome } from '../home/open-home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { systemRandom } from '../random/system-random'
import { storeRevocationData } from '../revocation/store-revocation-data'
import { signedInformation, signedList } from '../revocation/testing/revocation-data'
import type { AnchorSink } from './anchor-sink'

const payloadOf = (jws: string): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>

describe('anchoring a log', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const recordFile = (): string => join(`${place.machineFile}.d`, `${home.homeId}.json`)
  const record = (): { readonly v: number; readonly anchors: ReadonlyArray<string> } =>
    JSON.parse(readFileSync(recordFile(), 'utf8')) as never
  const events = (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(home.store.readAll().pipe(toArray()))
  const note = (count = 1, of: Home = home) =>
    succeed(
      of.store.append({
        appends: [
          {
            stream: 'notes',
            expectedRevision: 'any',
            events: Array.from({ length: count }, () => ({ type: 'Noted', schemaVersion: 1, data: {} })),
          },
        ],
      })
    )

  it('R11: vouches for the newest record, in the log first, then beside the machine file', async () => {
    await note(3)
    const head = await succeed(home.log.head())
    expect(await succeed(home.anchor)).toEqual({ position: 5, kept: true })
    const [anchored] = (await events()).slice(5)
    const { anchor } = anchored?.data as { readonly anchor: string }
    expect(anchored).toMatchObject({ type: 'LogAnchored', stream: 'anchors', schemaVersion: 1 })
    expect(payloadOf(anchor)).toEqual({
      ...{ v: 1, log: home.logId, position: 5, head: head.hash, epoch: 0, revocation: [] },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as unknown,
    })
    expect(JSON.parse(Buffer.from(anchor.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      ...{ alg: 'ES256', typ: 'custody-anchor+1', kid: home.logId },
    })
    expect(record()).toMatchObject({ v: 2, anchors: [anchor] })
  })

  it('states the newest version and digest of each kind of revocation data (protocols, section 6)', async () => {
    const root = testKey()
    const own = await succeed(openHome({ ...place, random: systemRandom, authorityRoot: createPublicKey(root) }))
    const [applications, devices] = [signedList(root, { version: '7' }), signedList(root, { kind: 'device', version: '2' })]
    const dated = signedInformation(root, '18446744073709551615')
    for (const document of [signedList(root, { version: '6' }), applications, devices, dated]) {
      await succeed(storeRevocationData(own)(document))
    }
    await succeed(own.anchor)
    own.close()
    const digest = (jws: string): string =>
      createHash('sha256').update(jws.slice(0, jws.lastIndexOf('.'))).digest('base64url')
    expect(payloadOf(record().anchors[0] ?? '')['revocation']).toEqual([
      { kind: 'application', version: '7', digest: digest(applications) },
      { kind: 'device', version: '2', digest: digest(devices) },
      { kind: 'information', version: '18446744073709551615', digest: digest(dated) },
    ])
  })

  it('does nothing where nothing was appended since the last anchor', async () => {
    await succeed(home.anchor)
    expect(await succeed(home.anchor)).toBeUndefined()
    const again = await place.open()
    expect(await succeed(again.anchor)).toBeUndefined()
    expect((await events()).filter(({ type }) => type === 'LogAnchored')).toHaveLength(1)
  })

  it('keeps the newest 16, the newest last', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      await note()
      await succeed(home.anchor)
    }
    const positions = record().anchors.map((jws) => payloadOf(jws)['position'])
    expect(positions).toEqual(Array.from({ length: 16 }, (_, n) => 11 + 2 * n))
  })

  it('reads a record of the first version, which had no anchors, and goes on from there', async () => {
    await succeed(home.keystore.log())
    const { anchors: _, ...rest } = record()
    writeFileSync(recordFile(), JSON.stringify({ ...rest, v: 1 }))
    await note()
    await succeed(home.anchor)
    expect(record()).toMatchObject({ ...rest, v: 2 })
    expect(record().anchors).toHaveLength(1)
  })

  it('keeps the anchors of a home that was moved', async () => {
    await succeed(home.anchor)
    const [first] = record().anchors
    home.close()
    const moved = join(place.root, 'moved')
    renameSync(place.directory, moved)
    home = await place.open(moved)
    await note()
    await succeed(home.anchor)
    expect(record().anchors[0]).toBe(first)
    expect(record().anchors).toHaveLength(2)
    expect((await events()).map(({ type }) => type)).toContain('HomeMoved')
  })

  it('is no failure where the place takes no anchors: the event stands, and the answer says so', async () => {
    await succeed(home.keystore.log())
    rmSync(`${place.machineFile}.d`, { recursive: true })
    writeFileSync(`${place.machineFile}.d`, '')
    await note()
    expect(await succeed(home.anchor)).toEqual({ position: 3, kept: false })
    expect((await events()).at(-1)).toMatchObject({ type: 'LogAnchored' })
    expect(await fail(home.anchors.newest)).toMatchObject({ type: 'HomeUnwritable', code: 'ENOTDIR' })
  })

  it('appends before it keeps outside: a sink sees the event stored', async () => {
    const seen: string[] = []
    const anchors: AnchorSink = {
      keep: (anchor) => async () => {
        const stored = await events()
        seen.push(stored.some(({ data }) => (data as { readonly anchor?: string }).anchor === anchor) ? 'stored' : 'not stored')
        return E.right(undefined)
      },
      newest: TE.right([]),
    }
    const own = await succeed(openHome({ ...place, random: systemRandom, anchors }))
    await note(1, own)
    expect(await succeed(own.anchor)).toEqual({ position: 3, kept: true })
    own.close()
    expect(seen).toEqual(['stored'])
  })

  it('R11: a log that ends before a kept anchor gets no new one, so that the proof stays', async () => {
    await note(3)
    await succeed(home.anchor)
    const kept = record().anchors
    home.close()
    rmSync(join(place.directory, 'events.db'))
    home = await place.open()
    await note()
    expect(await fail(home.anchor)).toEqual({ type: 'LogTruncated', have: 3, anchored: 5 })
    await note(5)
    expect(await fail(home.anchor)).toMatchObject({ type: 'LogBroken', position: 5 })
    expect(record().anchors).toEqual(kept)
  })
})
