import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { signAnchor } from '../anchor/anchor-document'
import { testKey } from '../certificate/testing/authority'
import type { Home } from '../home/home'
import { openHome } from '../home/open-home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { Timestamp } from '../license/timestamp'
import { systemRandom } from '../random/system-random'
import { surgeryOn, type LogSurgery } from './testing/log-surgery'
import { verifyHome } from './verify-home'

const CONDITIONS = { rights: [{ action: 'Play' as const }] }

describe('verifying a home', () => {
  let place: TemporaryPlace
  let home: Home
  let surgery: LogSurgery
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    surgery = surgeryOn(join(place.directory, 'events.db'))
  })
  afterEach(() => place.remove())

  const verify = () => succeed(verifyHome(home))
  const fault = () => fail(verifyHome(home))
  const protect = () => succeed(protectLicense(home)({ conditions: CONDITIONS }))
  const anchored = (): Promise<unknown> => succeed(home.anchor)
  const recordFile = (): string => join(`${place.machineFile}.d`, `${home.homeId}.json`)
  const forgetKept = (): void => rmSync(recordFile())
  const databaseFiles = (folder: string): ReadonlyArray<string> =>
    readdirSync(folder).filter((name) => name.startsWith('events.db'))

  it('finds nothing in a whole one, and says how far each check went', async () => {
    await protect()
    await protect()
    await anchored()
    expect(await verify()).toEqual({
      ...{ events: 5, head: await succeed(home.log.head()) },
      anchors: { logged: 1, kept: 1, newest: 4 },
      ...{ licenses: 2, keys: 2, findings: [], damaged: 0, unchecked: [] },
    })
  })

  it('says that nothing is kept outside a home that was never anchored', async () => {
    expect(await verify()).toMatchObject({
      anchors: { logged: 0, kept: 0, newest: 0 },
      unchecked: [{ check: 'kept-anchors', fault: null }],
    })
  })

  it('R11: names the record that was edited', async () => {
    await protect()
    surgery.run(`UPDATE log SET time = time + 1 WHERE position = 2`)
    expect(await fault()).toMatchObject({ type: 'LogBroken', position: 2 })
  })

  describe('a log that was cut off together with its head', () => {
    beforeEach(async () => {
      await protect()
      await protect()
      await anchored()
    })

    it.each([1, 2, 3])('R11: lacks its newest %i records', async (records) => {
      surgery.cutOff(records)
      const have = 5 - records
      // Without its last record only the event of the anchor is missing, which was stored before the anchor was kept.
      expect(await fault()).toEqual({ type: 'LogTruncated', have, anchored: Math.max(4, have + 1) })
    })

    it('R11, twin: looks whole where no anchor is kept', async () => {
      surgery.cutOff(2)
      forgetKept()
      expect(await verify()).toMatchObject({ events: 3, unchecked: [{ check: 'kept-anchors' }] })
    })

    it('R11: is not told as a read model that is ahead of it, though it is; twin: it is where no anchor is kept', async () => {
      const kept = `CREATE TABLE kept AS SELECT * FROM read_model; CREATE TABLE kept_model AS SELECT * FROM model`
      surgery.run(kept)
      surgery.cutOff(2)
      surgery.run('INSERT INTO read_model SELECT * FROM kept; INSERT INTO model SELECT * FROM kept_model')
      expect(await fault()).toEqual({ type: 'LogTruncated', have: 3, anchored: 4 })
      forgetKept()
      expect(await fault()).toMatchObject({ type: 'ModelBroken', position: 5 })
    })

    it('R11: was put back as a copy of an earlier time', async () => {
      home.close()
      const earlier = join(place.root, 'earlier')
      cpSync(place.directory, earlier, { recursive: true })
      home = await place.open()
      await protect()
      await anchored()
      home.close()
      for (const name of databaseFiles(place.directory)) rmSync(join(place.directory, name))
      for (const name of databaseFiles(earlier)) cpSync(join(earlier, name), join(place.directory, name))
      home = await place.open()
      expect(await fault()).toEqual({ type: 'LogTruncated', have: 5, anchored: 6 })
      forgetKept()
      expect(await verify()).toMatchObject({ events: 5 })
    })

    it('R11: and has grown again past the anchor', async () => {
      surgery.cutOff(3)
      await protect()
      await protect()
      await protect()
      expect(await fault()).toMatchObject({ type: 'LogBroken', position: 4 })
      forgetKept()
      expect(await verify()).toMatchObject({ events: 5 })
    })
  })

  describe('a chain that was computed anew after an edit', () => {
    beforeEach(async () => {
      await protect()
      await anchored()
      await protect()
      surgery.run(`UPDATE log SET data = replace(data, 'ExportRefused', 'x'), time = time - 1 WHERE position = 3`)
      surgery.rechain(home.logId)
    })

    it('R11: does not fit the anchor that is kept', async () => {
      expect(await fault()).toMatchObject({ type: 'LogBroken', position: 3, expected: expect.stringContaining('anchored') as unknown })
    })

    it('R11: nor the one in the log', async () => {
      forgetKept()
      expect(await fault()).toMatchObject({ type: 'LogBroken', position: 4 })
    })

    it('R11, twin: looks whole where no anchor is left', async () => {
      forgetKept()
      surgery.run(`DELETE FROM log WHERE type = 'LogAnchored'; UPDATE log SET position = 4 WHERE position = 5`)
      surgery.run('UPDATE head SET position = 4; DELETE FROM model; DELETE FROM read_model')
      surgery.rechain(home.logId)
      expect(await verify()).toMatchObject({ events: 4 })
    })
  })

  it.each([
    ['another key', 'SignedSignatureInvalid', (logId: string) => logId],
    ['another log', 'SignedKeyUnknown', () => 'another'],
  ])('R11: an event with an anchor of %s is the first bad record', async (_, found, log) => {
    const { position, hash: head } = await succeed(home.log.head())
    const document = { v: 1, log: log(home.logId), position, head, epoch: 0, revocation: [], at: '2026-01-01T00:00:00Z' as Timestamp } as const
    const events = [{ type: 'LogAnchored', schemaVersion: 1, data: { anchor: signAnchor(testKey(), document) } }]
    await succeed(home.store.append({ appends: [{ stream: 'anchors', expectedRevision: 'any', events }] }))
    expect(await fault()).toMatchObject({ type: 'LogBroken', position: 3, found })
  })

  it('tells a kept anchor that was changed, and goes on with the others', async () => {
    await anchored()
    await protect()
    await anchored()
    const record = JSON.parse(readFileSync(recordFile(), 'utf8')) as { readonly anchors: ReadonlyArray<string> }
    const [first = '', second = ''] = record.anchors
    writeFileSync(recordFile(), JSON.stringify({ ...record, anchors: [first, second.replace(/.{4}$/, 'AAAA')] }))
    expect(await verify()).toMatchObject({
      anchors: { logged: 2, kept: 1, newest: 2 },
      findings: [{ type: 'KeptAnchor', why: 'SignedSignatureInvalid', damage: true }],
      damaged: 1,
    })
  })

  it('names the row of a read model that says something else than the log', async () => {
    const { keyId } = await protect()
    surgery.run(`UPDATE read_model SET value = '{"other":1}' WHERE key = '${keyId}' AND model LIKE 'live-license%'`)
    expect(await fault()).toMatchObject({ type: 'ModelBroken', position: 3 })
  })

  it('R10: names a value beside the log that was changed', async () => {
    const { issuer, lid } = await protect()
    surgery.run(`UPDATE state SET value = zeroblob(69) WHERE space = 'key-envelope'`)
    expect(await fault()).toEqual({ type: 'StateBroken', table: 'state', key: `key-envelope/license/${issuer}/${lid}` })
  })

  it('R10: finds the key of a license gone, or exchanged for that of another with a check that fits', async () => {
    const [one, two] = [await protect(), await protect()]
    const nameOf = ({ issuer, lid }: typeof one): string => `license/${issuer}/${lid}`
    const value = await succeed(home.store.state('key-envelope', nameOf(two)))
    if (value === undefined) throw new Error('an envelope')
    for (const exchanged of [value, null]) {
      await succeed(home.store.append({ appends: [], state: [{ space: 'key-envelope', key: nameOf(one), value: exchanged }] }))
      const finding = { type: 'License', issuer: one.issuer, lid: one.lid, damage: true, fault: { type: 'EnvelopeDamaged', lid: one.lid } }
      expect(await verify()).toMatchObject({ licenses: 2, keys: 1, findings: [finding], damaged: 1 })
    }
  })

  it('IN-18: on another machine checks the log and that keys are there, and names what does not open', async () => {
    const { issuer, lid } = await protect()
    await anchored()
    home.close()
    const copy = join(place.root, 'copy')
    cpSync(place.directory, copy, { recursive: true })
    const options = { directory: copy, machineFile: join(place.root, 'other', 'machine'), clock: place.clock, random: systemRandom }
    home = await succeed(openHome(options))
    try {
      const closed = { type: 'BindingMismatch', place: join(copy, 'keystore', 'master.jwe') }
      expect(await verify()).toMatchObject({
        ...{ events: 4, licenses: 1, keys: 0, findings: [] },
        unchecked: ['anchors', 'signatures', 'keys'].map((check) => ({ check, fault: closed })),
      })
      surgeryOn(join(copy, 'events.db')).run(`DELETE FROM state WHERE space = 'key-envelope'`)
      expect(await verify()).toMatchObject({ findings: [{ type: 'License', issuer, lid, fault: { type: 'EnvelopeDamaged' } }] })
    } finally {
      home.close()
    }
  })

  it('says where records outside the home cannot be kept', async () => {
    await protect()
    rmSync(`${place.machineFile}.d`, { recursive: true })
    writeFileSync(`${place.machineFile}.d`, '')
    await anchored()
    expect(existsSync(recordFile())).toBe(false)
    expect(await verify()).toMatchObject({
      anchors: { logged: 1, kept: 0, newest: 0 },
      unchecked: [{ check: 'kept-anchors', fault: { type: 'HomeUnwritable', place: recordFile(), code: 'ENOTDIR' } }],
    })
  })

  it('changes nothing', async () => {
    await protect()
    await anchored()
    const before = readFileSync(recordFile(), 'utf8')
    await verify()
    expect(await succeed(home.anchor)).toBeUndefined()
    expect(readFileSync(recordFile(), 'utf8')).toBe(before)
  })
})
