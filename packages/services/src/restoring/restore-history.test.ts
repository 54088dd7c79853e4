import type { ServiceTransport } from '@custody/core/exchange'
import { restoreHistory } from '@custody/core/restore'
import * as E from 'fp-ts/Either'

import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, restoringScene, typesOf, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

describe('which computers are counted for the licenses of one', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene()
  })
  afterAll(() => scene.remove())

  const { signal } = new AbortController()
  /** Notes what leaves. */
  const noting = () => {
    const sent: Array<{ readonly method: string; readonly path: string; readonly body: boolean }> = []
    const transport: ServiceTransport = {
      ...scene.transport,
      send: (request, limit) => {
        sent.push({ method: request.method, path: request.path, body: request.body !== undefined })
        return scene.transport.send(request, limit)
      },
    }
    return { sent, transport }
  }
  const counts = async () =>
    typesOf(await eventsOf(scene.operator.authority.store.readAll())).filter((type) => type.startsWith('Restore'))

  it('BR-27, BR-30: a backup that somebody else restored shows to its source and to each who restored it, and asking counts nothing', async () => {
    const source = (await scene.computer()).home()
    const others = [(await scene.computer()).home(), (await scene.computer()).home()]
    const set = await scene.set([scene.license(), scene.license()])
    for (const home of [source, ...others]) expect(typesOf(await scene.restore(home, { directory: set })).at(-1)).toBe('RestoreEnded')
    const before = await counts()
    const histories = await Promise.all(
      [source, ...others].map((home) => succeed(restoreHistory({ home, client: scene.client(), signal })))
    )
    const mids = histories.map(({ mid }) => mid)
    expect(new Set(mids).size).toBe(3)
    for (const { mid, computers } of histories) {
      const seen = computers.map((one) => one.mid)
      expect(seen).not.toContain(mid)
      expect(seen).toEqual(expect.arrayContaining(mids.filter((one) => one !== mid)))
      expect(computers.every(({ licenses }) => licenses === 2)).toBe(true)
    }
    expect(await counts()).toEqual(before)
  })

  it('asks with a GET and the credential alone; a computer that restored nothing sees nobody', async () => {
    const home = (await scene.computer()).home()
    const { sent, transport } = noting()
    expect((await succeed(restoreHistory({ home, client: scene.client(transport), signal }))).computers).toEqual([])
    // The first one only gets a nonce.
    expect(new Set(sent.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ method: 'GET', path: '/v1/restore/history', body: false })])
    )
  })

  it('a home that was never individualized asks nobody', async () => {
    const home = (await scene.computer('plain')).home()
    const { sent, transport } = noting()
    expect(await restoreHistory({ home, client: scene.client(transport), signal })()).toEqual(E.left({ type: 'NotIndividualized' }))
    expect(sent).toEqual([])
  })

  it('does not believe an answer about another computer', async () => {
    const [home, other] = [(await scene.computer()).home(), (await scene.computer()).home()]
    const client = scene.client()
    const lying = { ...client, call: (() => async () => E.right({ body: await theirs() })) as unknown as typeof client.call }
    const theirs = () => succeed(restoreHistory({ home: other, client, signal }))
    expect(await restoreHistory({ home, client: lying, signal })()).toMatchObject({ left: { type: 'ReplyInvalid' } })
  })
})
