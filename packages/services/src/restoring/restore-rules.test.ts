import dns from 'node:dns'
import { readFileSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'

import { backUp } from '@custody/core/backup'
import { b64u, sha256 } from '@custody/core/encoding'
import { newEvent } from '@custody/core/event'
import type { ServiceTransport } from '@custody/core/exchange'
import { CoreError } from '@custody/core/fault'
import { protectLicense, type Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { restoreLicenses } from '@custody/core/restore'
import { KeyReleased, licensesByKey, queryLicense, reserveUse } from '@custody/core/vault'

import { publishRevocation } from '../authority/publish-revocation'
import { succeed } from '../authority/testing/temporary-authority'
import { dataOf, eventsOf, person, restoringScene, typesOf, version, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

const ENDS = ['RestoreEnded', 'RestoreEndedPartially', 'RestoreFailed', 'RestoreCancelled', 'RestoreDeclined']
const COUNTED = { rights: [{ action: 'Play' as const, windows: [{ count: 2 }] }, { action: 'Backup' as const }] }
const needing = (security: string) => ({ ...COUNTED, requires: { security: version(security) } })

interface Refusal {
  readonly reason: string
  readonly rule: string
  readonly url: string | null
}

const allowed = async (home: Home, keyId: KeyId): Promise<boolean> => (await succeed(queryLicense(home)({ keyId, action: 'Play' }))).allowed

/** How often this program begins to connect to anything, or looks a name up, while something runs. */
const connectionsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const spies = [jest.spyOn(Socket.prototype, 'connect'), jest.spyOn(dns, 'lookup')]
  try {
    await work()
    return spies.reduce((sum, { mock }) => sum + mock.calls.length, 0)
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** Uses a license up to the release of its key. */
const play = async (home: Home, keyId: KeyId): Promise<void> => {
  const use = await succeed(reserveUse(home)({ keyId, action: 'Play' }))
  if (use.type !== 'Reserved') throw new Error('no use is left')
  const reserved = (await eventsOf(home.store.readAll())).filter(
    ({ type, data }) => type === 'UseReserved' && (data as { useId: string }).useId === use.useId
  )
  const events = [newEvent(KeyReleased, { useId: use.useId, keyIds: [keyId] })]
  await succeed(home.store.append({ appends: reserved.map(({ stream }) => ({ stream, expectedRevision: 'any' as const, events })) }))
}

describe('a restore', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene({ restoreLimit: 2, urls: { privacy: 'https://p.example/', fraud: 'https://f.example/', update: 'https://u.example/' } })
  })
  afterAll(() => scene.remove())

  const protect = async (home: Home, conditions: object = COUNTED): Promise<KeyId> =>
    (await succeed(protectLicense(home)({ conditions: { ...COUNTED, ...conditions } }))).keyId
  const faultOf = (process: Promise<unknown>): Promise<unknown> =>
    process.then(
      () => 'none',
      (error: unknown) => (error instanceof CoreError ? error.fault.type : error)
    )
  const keeping = () => {
    const replies: Array<{ readonly path: string; readonly body: string }> = []
    const transport: ServiceTransport = {
      ...scene.transport,
      send: async (request, signal) => {
        const response = await scene.transport.send(request, signal)
        const parts: Uint8Array[] = []
        for await (const part of response.body) parts.push(part)
        replies.push({ path: request.path, body: Buffer.concat(parts).toString() })
        return { ...response, body: (async function* () { yield Buffer.concat(parts) })() }
      },
    }
    return { replies, transport }
  }

  it('BR-1: does nothing before it is subscribed to, and its start tells nothing of its end', async () => {
    const target = await scene.computer()
    const { replies, transport } = keeping()
    const directory = join(scene.root, 'nowhere')
    const process = restoreLicenses(scene.env(target.home(), {}, transport))({ directory })
    const before = (await succeed(target.home().store.head())).position
    await new Promise((later) => setTimeout(later, 20))
    expect((await succeed(target.home().store.head())).position).toBe(before)
    expect(replies).toEqual([])
    let told: unknown
    process.subscribe({ error: (error: unknown) => (told = error) })
    expect(told).toBeUndefined()
    await new Promise((later) => setTimeout(later, 200))
    expect(told).toMatchObject({ fault: { type: 'BackupMissing', place: directory } })
  })

  it('BR-2, BR-10, BR-11, BR-17, BR-38, BR-40: backs up to a chosen place without asking anybody, and restores from there', async () => {
    const [source, target] = [await scene.computer(), await scene.computer()]
    const keyId = await protect(source.home())
    const closed = await protect(source.home(), { rights: [{ action: 'Play' }] })
    const chosen = join(scene.root, 'a place of my own')
    const backup = (directory: string) => eventsOf(backUp({ home: source.home() })({ directory, overwrite: false }))
    expect(await connectionsOf(async () => expect(typesOf(await backup(chosen)).at(-1)).toBe('BackupEnded'))).toBe(0)
    // Twin: one that asks somebody is seen.
    expect(await connectionsOf(() => Promise.allSettled([backup(`${chosen}, again`), fetch('http://127.0.0.1:49151/')]))).toBe(1)
    const events = await scene.restore(target.home(), { directory: chosen })
    expect(typesOf(events).at(-1)).toBe('RestoreEnded')
    expect([await allowed(target.home(), keyId), await allowed(target.home(), closed)]).toEqual([true, false])
    // The first computer has its license as before, and gets it again from its own backup.
    expect(await allowed(source.home(), keyId)).toBe(true)
    expect(dataOf(await scene.restore(source.home(), { directory: chosen }), 'RestoreEnded')).toMatchObject([{ restored: 0, held: 1 }])
  })

  it('BR-26, P-1, EV-5, BR-16: connects, is accepted, begins, and ends once and last', async () => {
    const target = await scene.computer()
    const directory = await scene.set([scene.license(), scene.license()])
    const types = typesOf(await scene.restore(target.home(), { directory }))
    const session = types.filter((type) => /^(Consent|Restore(Req|Con|Dis|Beg))/.test(type))
    expect(session).toEqual(['ConsentRecorded', 'RestoreRequested', 'RestoreConnecting', 'RestoreDisconnecting', 'RestoreBegun'])
    expect(types.filter((type) => ENDS.includes(type))).toEqual(['RestoreEnded'])
    expect(types.at(-1)).toBe('RestoreEnded')
    expect(types.indexOf('RestoreBegun')).toBeLessThan(types.indexOf('LicenseRestored'))
  })

  it('BR-26, R8: a computer whose credentials are refused is never told as accepted, and gets no key', async () => {
    const target = await scene.computer()
    const license = scene.license()
    const directory = await scene.set([license])
    const { kid } = await succeed(target.home().keystore.signing(1))
    await succeed(publishRevocation(scene.operator.authority, 'device', [kid]))
    const events = await scene.restore(target.home(), { directory })
    await succeed(publishRevocation(scene.operator.authority, 'device', []))
    expect(typesOf(events)).not.toContain('RestoreDisconnecting')
    expect(events.at(-1)).toMatchObject({ type: 'RestoreFailed', data: { fault: 'CertificateRevoked' } })
    expect(await allowed(target.home(), license.license.keyId)).toBe(false)
    // The same computer with nothing against it.
    expect(typesOf(await scene.restore(target.home(), { directory })).at(-1)).toBe('RestoreEnded')
  })

  it('BR-25: the license is the unchanged document with the statement of the service', async () => {
    const target = await scene.computer()
    const license = scene.license()
    const { replies, transport } = keeping()
    const directory = await scene.set([license])
    const events = await eventsOf(restoreLicenses(scene.env(target.home(), {}, transport))({ directory }))
    const [{ statement, computers } = { statement: '', computers: -1 }] = dataOf<{ statement: string; computers: number }>(events, 'LicenseRestored')
    const batch = replies.find(({ path }) => path.endsWith('/batches'))
    expect(statement).toBe(b64u(sha256(Buffer.from(batch?.body ?? ''))))
    expect(computers).toBe(1)
    expect(dataOf(events, 'LicenseStored')).toMatchObject([{ issuer: scene.issuer, document: license.license.jws }])
  })

  it('BR-24: without the service nothing of a backup opens; BR-42: a second attempt succeeds', async () => {
    const [source, target] = [await scene.computer(), await scene.computer()]
    const keyId = await protect(source.home())
    const directory = await scene.backup(source.home())
    const away: ServiceTransport = { place: 'away', send: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })) }
    const failing = eventsOf(restoreLicenses(scene.env(target.home(), {}, away))({ directory }))
    expect(await faultOf(failing)).toBe('ServiceUnavailable')
    expect(await allowed(target.home(), keyId)).toBe(false)
    expect(typesOf(await eventsOf(target.home().store.readAll())).at(-1)).toBe('RestoreFailed')
    expect(typesOf(await scene.restore(target.home(), { directory })).at(-1)).toBe('RestoreEnded')
    expect(await allowed(target.home(), keyId)).toBe(true)
  })

  it('BR-22: brings the original counts back, once for each run; first use stays', async () => {
    const source = await scene.computer()
    const home = source.home()
    const keyId = await protect(home)
    const directory = await scene.backup(home)
    await play(home, keyId)
    await play(home, keyId)
    expect(await allowed(home, keyId)).toBe(false)
    expect(dataOf(await scene.restore(home, { directory }), 'LicenseRestored')).toMatchObject([{ counts: true, computers: 0 }])
    expect(await allowed(home, keyId)).toBe(true)
    // Nothing was used since: another run has nothing to bring back.
    expect(typesOf(await scene.restore(home, { directory }))).toContain('LicenseAlreadyHeld')
    const [stored] = await succeed(licensesByKey(home)(keyId))
    expect(typeof stored?.state.firstUsedAt).toBe('number')
  })

  it('BR-27, BR-28, BR-30, BR-31, BR-32, BR-33, P-5: counts computers for each license, and refuses one at its limit alone', async () => {
    const [old, fresh] = [scene.license(), scene.license()]
    const [first, both] = [await scene.set([old]), await scene.set([old, fresh])]
    const counts: number[] = []
    for (let index = 0; index < 2; index++) {
      const target = await scene.computer()
      for (const _ of ['once', 'again']) {
        const events = await scene.restore(target.home(), { directory: first })
        const told = [...dataOf<{ computers: number }>(events, 'LicenseRestored'), ...dataOf<{ computers: number }>(events, 'LicenseAlreadyHeld')]
        counts.push(...told.map(({ computers }) => computers))
      }
    }
    expect(counts).toEqual([1, 1, 2, 2])
    const last = await scene.computer()
    const events = await scene.restore(last.home(), { directory: both })
    expect(dataOf<Refusal>(events, 'LicenseRestoreRefused')).toMatchObject([
      { reason: 'RestoreLimitReached', rule: 'BR-30', url: 'https://f.example/' },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'RestoreEndedPartially', data: { restored: 1, refused: 1 } })
    expect(await allowed(last.home(), fresh.license.keyId)).toBe(true)
    expect(await allowed(last.home(), old.license.keyId)).toBe(false)
    const alone = await scene.restore(last.home(), { directory: first })
    expect(alone.at(-1)).toMatchObject({ type: 'RestoreFailed', data: { fault: 'RestoreLimitReached', url: 'https://f.example/' } })
  })

  it('BR-21, BR-23, BR-32: a license without the right, of a revoked issuer, or that nobody understands is refused alone', async () => {
    const target = await scene.computer()
    const [good, bare, newer] = [scene.license(), scene.license({ rights: [{ action: 'Play' }] }), scene.license()]
    const directory = await scene.set([bare, newer, good], {
      line: (line) => {
        if (line['lid'] !== newer.license.lid) return line
        const [header = '', payload = '', signature = ''] = String(line['doc']).split('.')
        const document = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
        return { ...line, doc: [header, b64u(Buffer.from(JSON.stringify({ ...document, v: 2 }))), signature].join('.') }
      },
    })
    const events = await scene.restore(target.home(), { directory })
    expect(dataOf<Refusal>(events, 'LicenseRestoreRefused').map(({ reason, rule }) => [reason, rule])).toEqual([
      ['BackupRightMissing', 'BR-21'],
      [expect.stringMatching(/^License/), 'BR-39'],
    ])
    expect(events.at(-1)).toMatchObject({ type: 'RestoreEndedPartially', data: { restored: 1, refused: 2 } })
    await succeed(publishRevocation(scene.operator.authority, 'issuer', [scene.issuer]))
    const revoked = scene.license()
    const refused = await scene.restore(target.home(), { directory: await scene.set([revoked]) })
    await succeed(publishRevocation(scene.operator.authority, 'issuer', []))
    expect(dataOf<Refusal>(refused, 'LicenseRestoreRefused')).toMatchObject([{ reason: 'LicenseIssuerRevoked', rule: 'RV-2' }])
    expect(await allowed(target.home(), revoked.license.keyId)).toBe(false)
    const envelope = await succeed(target.home().store.state('key-envelope', `license/${scene.issuer}/${revoked.license.lid}`))
    expect(envelope).toBeUndefined()
  })

  it('BR-34: asks before anything leaves, and a no ends it', async () => {
    const target = await scene.computer()
    const { replies, transport } = keeping()
    const nobody = person()
    const directory = await scene.set([scene.license()])
    const events = await eventsOf(restoreLicenses(scene.env(target.home(), { consent: nobody }, transport))({ directory }))
    expect(typesOf(events)).toEqual(['ConsentRecorded', 'RestoreDeclined'])
    expect(nobody.asked).toEqual(['restore'])
    expect(replies).toEqual([])
  })

  it('BR-39, BR-15: a damaged set restores nothing, and its whole lines with salvage, without an END', async () => {
    const target = await scene.computer()
    const [broken, whole] = [scene.license(), scene.license()]
    const directory = await scene.set([broken, whole])
    const set = readFileSync(join(directory, 'CURRENT'), 'utf8').split(' ')[0] ?? ''
    const file = join(directory, `set-${set}`, 'documents-00001.ndjson')
    const bytes = readFileSync(file)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    writeFileSync(file, bytes)
    expect(await faultOf(scene.restore(target.home(), { directory }))).toBe('BackupDamaged')
    const events = await scene.restore(target.home(), { directory, salvage: true })
    expect(dataOf(events, 'RestorePartSkipped')).toMatchObject([{ segment: 'documents-00001.ndjson', lines: [1] }])
    expect(events.at(-1)).toMatchObject({ type: 'RestoreEndedPartially', data: { restored: 1, refused: 1 } })
    expect(typesOf(events)).not.toContain('RestoreEnded')
    expect([await allowed(target.home(), broken.license.keyId), await allowed(target.home(), whole.license.keyId)]).toEqual([false, true])
  })

  it('R22: two authorities get requests of one computer that have nothing in common', async () => {
    const other = await restoringScene()
    try {
      const seen = (of: RestoringScene) => {
        const texts: string[] = []
        const transport: ServiceTransport = {
          ...of.transport,
          send: (request, signal) => {
            texts.push(JSON.stringify(request.headers), Buffer.from(request.body ?? []).toString())
            return of.transport.send(request, signal)
          },
        }
        return { texts, transport }
      }
      const words = (texts: ReadonlyArray<string>): ReadonlySet<string> => {
        const decoded = texts.flatMap((text) => [text, ...(text.match(/[\w-]{40,}/g) ?? []).map((part) => Buffer.from(part, 'base64url').toString('latin1'))])
        return new Set(decoded.flatMap((text) => text.match(/[\w-]{30,}/g) ?? []))
      }
      const [here, there] = [seen(scene), seen(other)]
      const target = await scene.computer('plain')
      await eventsOf(scene.individualize(target.home(), undefined, here.transport))
      await eventsOf(restoreLicenses(scene.env(target.home(), {}, here.transport))({ directory: await scene.set([scene.license()]) }))
      const again = await other.computer('plain')
      await eventsOf(other.individualize(again.home(), undefined, there.transport))
      const scopes = await Promise.all([scene, other].map(({ operator }) => succeed(target.home().keystore.scope(operator.authority.name))))
      expect(scopes[0]?.kid).not.toBe(scopes[1]?.kid)
      const [mine, theirs] = [words(here.texts), words(there.texts)]
      expect(mine.size).toBeGreaterThan(3)
      const common = [...mine].filter((word) => theirs.has(word))
      // The text of the notice is the same for everybody.
      expect(common.length).toBeLessThanOrEqual(1)
      expect([...mine, ...theirs].some((word) => word.includes(target.home().homeId))).toBe(false)
    } finally {
      await other.remove()
    }
  })
})

describe('a restore of licenses that ask for a newer component', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene({ individualizationsADay: 50 })
  })
  afterAll(() => scene.remove())

  it('BR-35, BR-36, BR-37, IN-34: individualizes on the way with its own consent, and restores the rest in a second pass', async () => {
    const [plain, strict] = [scene.license(), scene.license(needing('2.10'))]
    const directory = await scene.set([strict, plain])
    const [unasked, unwilling, willing] = [await scene.computer(), await scene.computer(), await scene.computer()]
    await scene.decide({ securityVersion: version('2.10'), individualizationsADay: 50 })
    const upgrade = (answerer: ReturnType<typeof person>) => (home: Home) => scene.individualize(home, answerer)

    // Without the wish nothing is asked or upgraded, and the others are restored.
    const both = person('restore', 'individualize')
    const first = await scene.restore(unasked.home(), { directory }, { consent: both, individualize: upgrade(both) })
    expect(both.asked).toEqual(['restore'])
    expect(dataOf<Refusal>(first, 'LicenseRestoreRefused')).toMatchObject([{ reason: 'StoreNeedsIndividualization', rule: 'BR-36' }])
    expect(dataOf(first, 'IndividualizationNeeded')).toMatchObject([{ licenses: 1, version: '2.10' }])
    expect(first.at(-1)).toMatchObject({ type: 'RestoreEndedPartially', data: { restored: 1, refused: 1 } })
    expect((await succeed(unasked.home().device)).epoch).toBe(1)

    const no = person('restore')
    const second = await scene.restore(unwilling.home(), { directory, individualize: true }, { consent: no, individualize: upgrade(no) })
    expect(no.asked).toEqual(['restore', 'individualize'])
    expect(second.at(-1)).toMatchObject({ type: 'RestoreEndedPartially', data: { restored: 1, refused: 1 } })
    expect((await succeed(unwilling.home().device)).epoch).toBe(1)

    const yes = person('restore', 'individualize')
    const third = await scene.restore(willing.home(), { directory, individualize: true }, { consent: yes, individualize: upgrade(yes) })
    expect(yes.asked).toEqual(['restore', 'individualize'])
    expect(third.at(-1)).toMatchObject({ type: 'RestoreEnded', data: { restored: 2, refused: 0 } })
    const order = ['IndividualizationNeeded', 'IndividualizationBegun', 'IndividualizationSucceeded', 'RestoreEnded']
    expect(typesOf(third).filter((type) => order.includes(type))).toEqual(order)
    for (const { license } of [plain, strict]) expect(await allowed(willing.home(), license.keyId)).toBe(true)
    expect(await allowed(unwilling.home(), strict.license.keyId)).toBe(false)
  })
})
