import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { newEvent } from '../event/define-event'
import type { Home } from '../home/home'
import { fail, succeed } from '../home/testing/temporary-home'
import { systemRandom } from '../random/system-random'
import { secretFromBytes } from '../secret/secret'
import { type Engine, engines } from '../store/testing/engines'
import { all } from '../testing/store/store-case'
import { envelopeKey } from './key-envelope'
import { licenseOwner } from './content-key'
import { heldLicenses } from './held-licenses'
import { reserveUse } from './reserve-use'
import { storeLicense } from './store-license'
import { KeysRevealed } from './target-key-event'
import { homeOnEngine } from './testing/home-on-engine'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'
import { stepUse } from './use-step'

const MINUTE = 60_000
const KEY_LENGTH = 16

/** The spellings in which a key could stand in a file. */
const spellings = (key: Uint8Array): ReadonlyArray<Buffer> => {
  const bytes = Buffer.from(key)
  const hex = bytes.toString('hex')
  // The last digits depend on what follows the key.
  const texts = [hex, hex.toUpperCase(), bytes.toString('base64').slice(0, -3), bytes.toString('base64url').slice(0, -1)]
  return [bytes, Buffer.from(bytes).reverse(), ...texts.map((text) => Buffer.from(text))]
}

/** A running server removes files of its own while they are looked at; one that is gone holds nothing. */
const unlessGone = <A>(look: () => A, gone: A): A => {
  try {
    return look()
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return gone
    throw error
  }
}

const filesBelow = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => unlessGone(() => statSync(file).isFile(), false))

const found = (files: ReadonlyArray<string>, wanted: ReadonlyArray<Buffer>): ReadonlyArray<string> =>
  files.filter((file) => {
    const content = unlessGone(() => readFileSync(file), Buffer.alloc(0))
    return wanted.some((bytes) => content.includes(bytes))
  })

interface Stage {
  readonly home: Home
  /** All that the home and its engine keep on the disk. */
  readonly files: () => Promise<ReadonlyArray<string>>
  readonly remove: () => Promise<void>
}

const newStage = async ({ fresh }: Engine): Promise<Stage> => {
  const place = await fresh()
  const folder = mkdtempSync(join(tmpdir(), 'custody-canary-'))
  const home = await succeed(homeOnEngine({ folder, log: place.address }))
  return {
    home,
    files: async () => {
      if (place.address.engine === 'sqlite') return filesBelow(folder)
      const { query } = place as unknown as { readonly query: (text: string) => Promise<unknown> }
      await query('CHECKPOINT')
      return [...filesBelow(folder), ...filesBelow(join(process.env['CUSTODY_RUN_FOLDER'] ?? '', 'data'))]
    },
    remove: async () => {
      home.close()
      await place.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const searched = async (engine: Engine): Promise<void> => {
  const { home, files, remove } = await newStage(engine)
  try {
    const issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
    const key = systemRandom.bytes(KEY_LENGTH)
    const license = issuer.license({ key, members: { rights: [{ action: 'Play', windows: [{ count: 3 }] }] } })
    await succeed(storeTestLicense(home)(license))
    const use = await succeed(reserveUse(home)({ keyId: license.keyId, action: 'Play' }))
    if (use.type !== 'Reserved') throw new Error('the use was refused')
    await succeed(stepUse(home, { type: 'ReleaseKey', useId: use.useId, grantId: 'grant', keyIds: [license.keyId] }))
    const [held] = (await succeed(heldLicenses(home)(license.keyId))).candidates
    if (held === undefined) throw new Error('the license is not believed')
    const wrong = { key: secretFromBytes(Uint8Array.from(key, (byte) => byte ^ 1)), blind: license.content.blind }
    const fault = await fail(storeLicense(home)(held.license, wrong))
    const events = await all(home.store.readAll())
    const canaries = spellings(key)
    expect(found(await files(), canaries)).toEqual([])
    const told = [JSON.stringify(events), JSON.stringify(fault), inspect([fault, home, held, license], { depth: 12 })].join('\n')
    expect(canaries.filter((bytes) => told.includes(bytes.toString('latin1')))).toEqual([])

    // The same search finds a key that somebody lets into an event.
    const leak = newEvent(KeysRevealed, { keyIds: [Buffer.from(key).toString('hex') as never] })
    await succeed(home.store.append({ appends: [{ stream: 'leak', expectedRevision: 0, events: [leak] }] }))
    expect(found(await files(), canaries)).not.toEqual([])
  } finally {
    await remove()
  }
}

const forgotten = async (engine: Engine): Promise<void> => {
  const { home, files, remove } = await newStage(engine)
  try {
    const issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
    const license = issuer.license()
    await succeed(storeTestLicense(home)(license))
    const [held] = (await succeed(heldLicenses(home)(license.keyId))).candidates
    if (held === undefined) throw new Error('the license is not believed')
    const place = envelopeKey(licenseOwner(held.license))
    const envelope = await succeed(home.store.state('key-envelope', place))
    if (envelope === undefined) throw new Error('the license has no envelope')
    expect(found(await files(), [Buffer.from(envelope)])).not.toEqual([])
    await succeed(home.store.append({ appends: [], state: [{ space: 'key-envelope', key: place, value: null }] }))
    expect(found(await files(), [Buffer.from(envelope)])).toEqual([])
  } finally {
    await remove()
  }
}

for (const engine of engines) {
  engine.tests.describe(`the database on ${engine.name}`, () => {
    engine.tests.it(
      'R3: holds no content key in any spelling, and neither does an event, a fault or what is printed; a planted one is found',
      () => searched(engine),
      2 * MINUTE
    )
  })
}

describe('the database on SQLite', () => {
  it('R3: a deleted envelope is overwritten in the file and its journal', async () => {
    const [sqlite] = engines
    if (sqlite === undefined) throw new Error('no engine')
    await forgotten(sqlite)
  })
})
