import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { lastValueFrom, toArray } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { openHome } from '../home/open-home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { systemRandom } from '../random/system-random'
import { verifyLog } from '../store/verify-log'
import { eraseSubject } from '../subject/erase-subject'
import { readSealed } from '../subject/read-sealed'
import type { SealedMember } from '../subject/sealed-member'
import { eraseTitle } from './erase-title'
import { setTitle } from './set-title'
import { TITLE_MEMBER, TitleSet } from './title-event'
import { titleOf, titlesOf } from './title-of'

const CANARY = 'Canary of the catalog 4711'
const ONE = '11'.repeat(16) as KeyId
const TWO = '22'.repeat(16) as KeyId

describe('the catalog', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const set = (keyId: KeyId, text: string) => succeed(setTitle(home)(keyId, text))
  const titled = (title: string) => ({ type: 'Titled', title })
  const events = (of: Home = home): Promise<ReadonlyArray<StoredEvent>> =>
    lastValueFrom(of.store.readAll().pipe(toArray()))
  const titleEvents = async (): Promise<ReadonlyArray<StoredEvent>> =>
    (await events()).filter(({ type }) => type === TitleSet.type)
  const memberOf = ({ data }: StoredEvent): SealedMember => {
    if (!TitleSet.data.is(data)) throw new TypeError('a title')
    return data.title
  }
  const subjectOf = (event: StoredEvent | undefined): string => (event === undefined ? '' : memberOf(event).sealed.subject)
  const read = (event: StoredEvent, member = memberOf(event)) =>
    readSealed(home)({ event: event.id, member: TITLE_MEMBER }, member)
  /** Everything that the home has on disk, as it lies there while the home is open. */
  const filesWith = (bytes: Uint8Array): ReadonlyArray<string> =>
    readdirSync(place.root, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(Buffer.from(bytes)))
      .map(({ name }) => name)

  it('knows the newest title of a key ID, also after opening again', async () => {
    expect(await succeed(titleOf(home)(ONE))).toEqual({ type: 'Untitled' })
    await set(ONE, 'First')
    await set(TWO, 'Other')
    await set(ONE, 'Second')
    expect(await succeed(titleOf(await place.open())(ONE))).toEqual(titled('Second'))
    const titles = await succeed(titlesOf(home)([ONE, TWO, ONE, '33'.repeat(16) as KeyId]))
    expect([...titles.values()]).toEqual([titled('Second'), titled('Other'), { type: 'Untitled' }])
  })

  it('refuses what is no title, and says so without it', async () => {
    const fault = await fail(setTitle(home)(ONE, `${CANARY}\u0007`))
    expect(fault).toMatchObject({ type: 'BadInput', where: 'title' })
    expect(JSON.stringify(fault)).not.toContain('Canary')
    expect(await titleEvents()).toEqual([])
  })

  it('has the title nowhere in readable form: not in a file, event or row', async () => {
    await set(ONE, CANARY)
    expect(await succeed(titleOf(home)(ONE))).toEqual(titled(CANARY))
    for (const form of [Buffer.from(CANARY), Buffer.from(CANARY, 'utf16le'), Buffer.from(Buffer.from(CANARY).toString('base64url'))]) {
      expect(filesWith(form)).toEqual([])
    }
    expect(JSON.stringify(await events())).not.toContain('Canary')
    expect(JSON.stringify(await succeed(home.store.lookUp('title-by-key', ONE)))).not.toContain('Canary')
    // The search finds what is there.
    expect(filesWith(Buffer.from(ONE))).toContain('events.db-wal')
  })

  it('has the title in readable form when the seal is left out, so the search would find it', async () => {
    const clear = { type: 'TitleSet', schemaVersion: 1, data: { keyId: ONE, title: { sealed: { subject: 's', n: '', c: CANARY } } } }
    await succeed(home.store.append({ appends: [{ stream: 'x', expectedRevision: 0, events: [clear] }] }))
    expect(filesWith(Buffer.from(CANARY))).not.toEqual([])
  })

  it('does not open a title that was moved to another event, member or subject', async () => {
    await set(ONE, 'One')
    await set(TWO, 'Two')
    const [one, two] = await titleEvents()
    if (one === undefined || two === undefined) throw new Error('two titles')
    expect(await succeed(read(one))).toBe('One')
    expect(await fail(read(one, memberOf(two)))).toEqual({ type: 'SealBroken' })
    expect(await fail(readSealed(home)({ event: one.id, member: 'name' }, memberOf(one)))).toEqual({ type: 'SealBroken' })
    const foreign = { sealed: { ...memberOf(one).sealed, subject: subjectOf(two) } }
    expect(await fail(read(one, foreign))).toEqual({ type: 'SealBroken' })
  })

  it('does not open under the shred key of another subject, moved below its name', async () => {
    await set(ONE, 'One')
    await set(TWO, 'Two')
    const [one, two] = await titleEvents()
    const value = await succeed(home.store.state('shred-key', subjectOf(two)))
    if (value === undefined) throw new Error('a shred key')
    await succeed(home.store.append({ appends: [], state: [{ space: 'shred-key', key: subjectOf(one), value }] }))
    expect(await fail(titleOf(home)(ONE))).toEqual({ type: 'SealBroken' })
  })

  describe('after an erasure', () => {
    it('reads as erased, the first title as well as the newest; others open, and the chain is whole', async () => {
      await set(ONE, 'First')
      await set(ONE, 'Second')
      await set(TWO, 'Other')
      const stored = await succeed(eraseTitle(home)(ONE))
      const [first, second, other] = await titleEvents()
      if (first === undefined || second === undefined || other === undefined) throw new Error('three titles')
      expect(stored.map(({ type, data }) => ({ type, data }))).toEqual([
        { type: 'SubjectErased', data: { subject: subjectOf(first) } },
      ])
      expect(await succeed(titleOf(home)(ONE))).toEqual({ type: 'Erased' })
      for (const event of [first, second]) {
        expect(await fail(read(event))).toEqual({ type: 'Erased', subject: subjectOf(event) })
      }
      expect(await succeed(read(other))).toBe('Other')
      expect(await succeed(titleOf(home)(TWO))).toEqual(titled('Other'))
      await succeed(verifyLog(home.log, home.logId))
    })

    it('leaves no byte of the key in any file', async () => {
      await set(ONE, CANARY)
      const [event] = await titleEvents()
      const wrapped = await succeed(home.store.state('shred-key', subjectOf(event)))
      if (wrapped === undefined) throw new Error('a shred key')
      expect(filesWith(wrapped)).not.toEqual([])
      await succeed(eraseTitle(home)(ONE))
      for (let at = 0; at + 8 <= wrapped.length; at += 8) expect(filesWith(wrapped.subarray(at, at + 8))).toEqual([])
    })

    it('does nothing a second time, or for a key ID without titles', async () => {
      await set(ONE, 'One')
      await succeed(eraseTitle(home)(ONE))
      const before = (await events()).length
      expect(await succeed(eraseTitle(home)(ONE))).toEqual([])
      expect(await succeed(eraseTitle(home)(TWO))).toEqual([])
      expect(await succeed(eraseSubject(home)('nobody'))).toEqual([])
      expect(await events()).toHaveLength(before)
    })

    it('takes a new title, of a new subject; the old ones stay erased', async () => {
      await set(ONE, 'Old')
      await succeed(eraseTitle(home)(ONE))
      await set(ONE, 'New')
      const [old, fresh] = await titleEvents()
      if (old === undefined) throw new Error('a title')
      expect(subjectOf(fresh)).not.toBe(subjectOf(old))
      expect(await succeed(titleOf(home)(ONE))).toEqual(titled('New'))
      expect(await fail(read(old))).toMatchObject({ type: 'Erased' })
      await succeed(eraseTitle(home)(ONE))
      expect(await succeed(titleOf(home)(ONE))).toEqual({ type: 'Erased' })
    })
  })

  it('ten titles that race for a key ID are of one subject, and one erasure forgets them all', async () => {
    const second = await place.open()
    await Promise.all(Array.from({ length: 10 }, (_, n) => succeed(setTitle(n % 2 === 0 ? home : second)(ONE, `Title ${n}`))))
    expect(new Set((await titleEvents()).map(subjectOf)).size).toBe(1)
    await succeed(eraseTitle(home)(ONE))
    for (const event of await titleEvents()) expect(await fail(read(event))).toMatchObject({ type: 'Erased' })
  })

  it('an erasure that races titles leaves each of them erased, or readable under a new subject', async () => {
    await set(ONE, 'Before')
    const second = await place.open()
    await Promise.all([
      ...Array.from({ length: 5 }, (_, n) => succeed(setTitle(second)(ONE, `Title ${n}`))),
      succeed(eraseTitle(home)(ONE)),
    ])
    const erasedAt = new Map(
      (await events()).filter(({ type }) => type === 'SubjectErased').map(({ stream, position }) => [stream, position])
    )
    for (const event of await titleEvents()) {
      const end = erasedAt.get(`subject-${subjectOf(event)}`)
      expect((await read(event)())._tag).toBe(end === undefined ? 'Right' : 'Left')
      expect(event.position).toBeLessThan(end ?? Number.POSITIVE_INFINITY)
    }
    expect(await succeed(titleOf(home)(ONE))).toMatchObject({ type: expect.stringMatching('Titled|Erased') as unknown })
  })

  it('IN-18: on another machine no title opens, and the log stays readable', async () => {
    await set(ONE, CANARY)
    home.close()
    const copy = join(place.root, 'copy')
    cpSync(place.directory, copy, { recursive: true })
    const options = { directory: copy, machineFile: join(place.root, 'other', 'machine'), clock: place.clock, random: systemRandom }
    const elsewhere = await succeed(openHome(options))
    try {
      expect(await fail(titleOf(elsewhere)(ONE))).toMatchObject({ type: 'BindingMismatch' })
      expect(await fail(setTitle(elsewhere)(TWO, 'x'))).toMatchObject({ type: 'BindingMismatch' })
      expect(await succeed(titleOf(elsewhere)(TWO))).toEqual({ type: 'Untitled' })
      expect((await events(elsewhere)).map(({ type }) => type)).toContain('TitleSet')
      // Erasing needs no key.
      await succeed(eraseTitle(elsewhere)(ONE))
      expect(await succeed(titleOf(elsewhere)(ONE))).toEqual({ type: 'Erased' })
    } finally {
      elsewhere.close()
    }
  })

  it('R10: a row of the read model that was changed is no title', async () => {
    await set(ONE, 'One')
    const database = new Database(join(place.directory, 'events.db'))
    database.exec(`UPDATE read_model SET value = '{"event":1}' WHERE model = 'title-by-key'`)
    database.close()
    expect(await fail(titleOf(home)(ONE))).toMatchObject({ type: 'ModelBroken', model: 'title-by-key', key: ONE })
  })
})
