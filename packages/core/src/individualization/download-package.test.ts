import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { INDIVIDUALIZATION_STREAM } from './individualization-event'
import { progressMarks } from './progress-marks'
import { answer, cutAfter, farSide, type FarSide } from './testing/far-side'
import { individualized, withAppend } from './testing/individualized-home'

const KIB = 1024

describe('download of a package', () => {
  let place: TemporaryPlace
  let home: Home
  let far: FarSide
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    far = farSide(place.clock)
    far.settings.bytes = 330_000
  })
  afterEach(() => place.remove())

  const ranges = (): ReadonlyArray<string> =>
    far.requests.filter(({ path }) => path.startsWith('/v1/packages')).map(({ headers }) => headers['range'] ?? 'whole')
  const end = (events: ReadonlyArray<StoredEvent>) => events.filter(({ stream }) => stream === INDIVIDUALIZATION_STREAM).at(-1)
  const installed = (): Uint8Array => readFileSync(join(place.directory, 'keystore', 'epochs', '1', 'package'))

  it('a link that is cut ten times delivers all by going on at the last whole leaf, with rising progress', async () => {
    let cuts = 0
    far.settings.onPackage = (response) => (++cuts <= 10 ? cutAfter(response, 24 * KIB + 100) : response)
    const events = await individualized(home, far)
    expect(end(events)?.type).toBe('IndividualizationSucceeded')
    expect(ranges()).toHaveLength(11)
    // Leaves have 4 KiB, so of each piece of 24 KiB and 100 bytes the 100 bytes come twice.
    expect(ranges().slice(0, 3)).toEqual(['whole', `bytes=${24 * KIB}-`, `bytes=${48 * KIB}-`])
    const read = events.flatMap(({ type, data }) => (type === 'IndividualizationProgress' ? [(data as never as Reported).status.read] : []))
    expect(read).toEqual([...read].sort((left, right) => left - right))
    expect(installed()).toEqual(Buffer.from(far.package()))
  })

  it('a service that answers with the whole instead of a part is read past what is there', async () => {
    let first = true
    far.settings.onPackage = (response) => {
      const cut = first ? cutAfter(response, 100 * KIB) : answer(200, far.package())
      first = false
      return cut
    }
    expect(end(await individualized(home, far))?.type).toBe('IndividualizationSucceeded')
    expect(ranges()).toEqual(['whole', `bytes=${100 * KIB}-`])
    expect(installed()).toEqual(Buffer.from(far.package()))
  })

  it('another range than asked for, another length and a missing range are refused, nothing is put together of them', async () => {
    const [bytes, total] = [far.package().subarray(0, 8 * KIB), far.package().length]
    const wrong = [
      answer(206, bytes, { 'content-range': `bytes ${4 * KIB}-${12 * KIB - 1}/${total}` }),
      answer(206, bytes, { 'content-range': `bytes 0-${8 * KIB - 1}/${total + 1}` }),
      answer(206, bytes),
      answer(204, new Uint8Array()),
      answer(416, new Uint8Array()),
    ]
    for (const response of wrong) {
      far.settings.onPackage = () => response
      expect(end(await individualized(home, far))).toMatchObject({
        type: 'IndividualizationFailed',
        data: { fault: 'ReplyInvalid' },
      })
    }
    expect((await succeed(home.device)).epoch).toBe(0)
  })

  it('what follows the last leaf is not taken', async () => {
    far.settings.onPackage = () => answer(200, Buffer.concat([far.package(), Buffer.alloc(9999, 1)]))
    expect(end(await individualized(home, far))?.type).toBe('IndividualizationSucceeded')
    expect(installed()).toEqual(Buffer.from(far.package()))
  })

  const damaged = (leaf: number): Uint8Array => {
    const bytes = Uint8Array.from(far.package())
    bytes[leaf * 4 * KIB + 7] = (bytes[leaf * 4 * KIB + 7] ?? 0) ^ 1
    return bytes
  }

  it('a leaf that is bad is fetched again, and only from there', async () => {
    let bad = 3
    far.settings.onPackage = (response) => (bad-- === 3 ? answer(200, damaged(5)) : response)
    expect(end(await individualized(home, far))?.type).toBe('IndividualizationSucceeded')
    expect(ranges()).toEqual(['whole', `bytes=${5 * 4 * KIB}-`])
    expect(installed()).toEqual(Buffer.from(far.package()))
  })

  it('a leaf that is bad each time is fetched three times more, then the run fails and leaves nothing', async () => {
    far.settings.onPackage = (_, { headers }) => {
      const from = Number(/\d+/.exec(headers['range'] ?? '0')?.[0])
      const bytes = damaged(5)
      const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
      return from === 0 ? answer(200, bytes) : answer(206, bytes.subarray(from), range)
    }
    expect(end(await individualized(home, far))).toMatchObject({
      type: 'IndividualizationFailed',
      data: { fault: 'PackageLeafInvalid' },
    })
    expect(ranges()).toHaveLength(4)
    expect(readdirSync(place.directory)).not.toContain('downloads')
    expect(readdirSync(join(place.directory, 'keystore', 'epochs'))).toEqual(['0'])
  })

  it('a run that was killed is gone on with: leaves that are there are verified anew and not fetched again', async () => {
    far.settings.onPackage = (response) => cutAfter(response, 200 * KIB)
    let kill = true
    const append: Home['store']['append'] = (request) => {
      const types = request.appends.flatMap(({ events }) => events.map(({ data }) => data as never as Partial<Reported>))
      if (kill && types.some(({ leaves = 0 }) => leaves >= 30)) throw new TypeError('killed')
      return home.store.append(request)
    }
    await expect(individualized(withAppend(home, append), far)).rejects.toThrow('killed')
    kill = false
    far.settings.onPackage = (response) => response
    const [name = ''] = readdirSync(join(place.directory, 'downloads'))
    const file = join(place.directory, 'downloads', name)
    const bytes = readFileSync(file)
    bytes[10 * 4 * KIB] = (bytes[10 * 4 * KIB] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const events = await individualized(home, far)
    expect(end(events)?.type).toBe('IndividualizationSucceeded')
    // Damage in the eleventh leaf, which a count alone would have believed.
    expect(ranges()).toEqual(['whole', `bytes=${10 * 4 * KIB}-`])
    expect(far.bodies).toHaveLength(1)
    const all = await lastValueFrom(home.store.read(INDIVIDUALIZATION_STREAM).pipe(toArray()))
    expect(all.filter(({ type }) => type === 'IndividualizationBegun')).toHaveLength(1)
    expect(installed()).toEqual(Buffer.from(far.package()))
  })

  it('marks of progress: one for 16 leaves, at least 12 and at most 400, rising to the whole', () => {
    expect(progressMarks(1, 1)).toHaveLength(12)
    expect(progressMarks(52_428_800, 800)).toHaveLength(50)
    expect(progressMarks(2 ** 30, 1024)).toHaveLength(64)
    for (const [bytes, leaves] of [[1, 1], [100, 7], [52_428_800, 800]] as const) {
      const marks = progressMarks(bytes, leaves)
      expect(marks.at(-1)).toBe(bytes)
      expect(marks).toEqual([...marks].sort((left, right) => left - right))
    }
  })
})

interface Reported {
  readonly leaves: number
  readonly status: { readonly read: number }
}
