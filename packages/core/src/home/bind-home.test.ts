import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { machineIdInstallation } from '../device/os-installation'
import type { FactorKind } from '../device/stated-binding'
import { readSealHeader } from '../secret/jwe-header'
import { secretFromBytes } from '../secret/secret'
import { bindHome } from './bind-home'
import type { Home } from './home'
import type { HomeOptions } from './home-options'
import { renewHome } from './renew-home'
import { systemRandom } from '../random/system-random'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from './testing/temporary-home'

const LONG = 30_000
const WORD = 'a passphrase of äöü'
const FIRST_ID = '0123456789abcdef0123456789abcdef'
const OTHER_ID = 'fedcba9876543210fedcba9876543210'
const SEVERAL: ReadonlyArray<readonly [ReadonlyArray<FactorKind>]> = [
  [['machine-file', 'passphrase']],
  [['passphrase']],
  [['machine-file', 'os-installation']],
  [['machine-file', 'os-installation', 'passphrase']],
]

describe('binding a home', () => {
  let place: TemporaryPlace
  let idFile: string
  let asked: number
  beforeEach(() => {
    place = temporaryPlace()
    idFile = join(place.root, 'machine-id')
    writeFileSync(idFile, `${FIRST_ID}\n`)
    asked = 0
  })
  afterEach(() => place.remove())

  const secret = (text: string) => secretFromBytes(Buffer.from(text))
  const typing = (text?: string): Partial<HomeOptions> => ({
    installation: machineIdInstallation([idFile]),
    passphrase: () => {
      asked += 1
      return Promise.resolve(text === undefined ? undefined : secret(text))
    },
  })
  const open = (text?: string): Promise<Home> => place.open(place.directory, typing(text))
  const change = (kinds: ReadonlyArray<FactorKind>, word = WORD) => ({
    kinds,
    ...(kinds.includes('passphrase') && { passphrase: secret(word) }),
  })
  const master = (): string => join(place.directory, 'keystore', 'master.jwe')
  const keysOf = async ({ keystore }: Home): Promise<ReadonlyArray<string>> => [
    (await succeed(keystore.log())).kid,
    (await succeed(keystore.issuer())).kid,
    (await succeed(keystore.scope('authority'))).kid,
    (await succeed(keystore.signing(0))).kid,
  ]
  const files = (): ReadonlyArray<string> =>
    readdirSync(place.directory, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(place.directory, name)).isFile())

  it.each(SEVERAL)('%j: changes one file, keeps every key, and the home opens by them and not without', async (kinds) => {
    const home = await open()
    const before = await keysOf(home)
    const bytes = new Map(files().map((name) => [name, readFileSync(join(place.directory, name)).toString('base64')]))
    await succeed(bindHome(home)(change(kinds)))
    home.close()
    const isKey = (name: string) => !name.startsWith('events.db') && !name.endsWith('.lock')
    const isChanged = (name: string) => readFileSync(join(place.directory, name)).toString('base64') !== bytes.get(name)
    const changed = files().filter((name) => isKey(name) && isChanged(name))
    expect(changed).toEqual([join('keystore', 'master.jwe')])
    expect(await keysOf(await open(WORD))).toEqual(before)
    const twin: Readonly<Record<FactorKind, () => Promise<Home>>> = {
      passphrase: () => open('another'),
      'machine-file': () => place.open(place.directory, { ...typing(WORD), machineFile: join(place.root, 'other', 'secret') }),
      'os-installation': () => place.open(place.directory, { ...typing(WORD), installation: machineIdInstallation([join(place.root, 'other-id')]) }),
    }
    writeFileSync(join(place.root, 'other-id'), OTHER_ID)
    for (const [kind, elsewhere] of Object.entries(twin)) {
      const { keystore } = await elsewhere()
      if (!kinds.includes(kind as FactorKind)) expect((await succeed(keystore.log())).kid).toBe(before[0])
      else expect(await fail(keystore.log())).toEqual({ type: kind === 'passphrase' ? 'PassphraseWrong' : 'BindingMismatch', place: master() })
    }
  }, LONG)

  it('a wrong passphrase is never told apart from damage of the file', async () => {
    const home = await open()
    await succeed(bindHome(home)(change(['machine-file', 'passphrase'])))
    home.close()
    const wrong = await fail((await open('another')).keystore.log())
    const text = readFileSync(master(), 'latin1')
    const [header = '', ...parts] = text.split('.')
    writeFileSync(master(), [header, ...parts.slice(0, -1), `${parts.at(-1)?.startsWith('A') === true ? 'B' : 'A'}${parts.at(-1)?.slice(1) ?? ''}`].join('.'))
    expect(await fail((await open(WORD)).keystore.log())).toEqual(wrong)
    expect(wrong).toEqual({ type: 'PassphraseWrong', place: master() })
  }, LONG)

  it('asks for the passphrase once for each opening, not before a key is needed, and not on another machine', async () => {
    const home = await open()
    await succeed(bindHome(home)(change(['machine-file', 'passphrase'])))
    home.close()
    const again = await open(WORD)
    await succeed(again.device)
    expect(asked).toBe(0)
    await keysOf(again)
    expect(asked).toBe(1)
    writeFileSync(place.machineFile, new Uint8Array(32))
    expect(await fail((await open(WORD)).keystore.log())).toMatchObject({ type: 'BindingMismatch' })
    expect(asked).toBe(1)
    expect(await fail((await place.open()).keystore.log())).toMatchObject({ type: 'BindingMismatch' })
  }, LONG)

  it('without anyone who knows the passphrase the log stays readable and no key opens', async () => {
    const home = await open()
    await succeed(bindHome(home)(change(['passphrase'])))
    home.close()
    for (const silent of [await open(), await place.open()]) {
      expect((await succeed(silent.device)).epoch).toBe(0)
      expect(await fail(silent.keystore.log())).toEqual({ type: 'PassphraseMissing', home: silent.homeId })
    }
  }, LONG)

  it('BR-29, IN-18: on a newly installed system the home is of another computer; renewed, it is bound as strictly', async () => {
    const home = await open()
    await succeed(bindHome(home)(change(['machine-file', 'os-installation'])))
    home.close()
    writeFileSync(idFile, OTHER_ID)
    const reinstalled = await open()
    expect(await fail(reinstalled.keystore.log())).toMatchObject({ type: 'BindingMismatch' })
    reinstalled.close()
    const { directory, machineFile, clock } = place
    const renewed = await succeed(renewHome({ directory, machineFile, clock, random: systemRandom, ...typing() }))
    expect((await succeed(renewed.keystore.binding())).stated.kinds).toEqual(['machine-file', 'os-installation'])
    await succeed(renewed.keystore.log())
    renewed.close()
    writeFileSync(idFile, FIRST_ID)
    expect(await fail((await open()).keystore.log())).toMatchObject({ type: 'BindingMismatch' })
  })

  it('BR-29: on a system without such a name it is of another computer too; renewed, it is bound by what the system has', async () => {
    const home = await open()
    await succeed(bindHome(home)(change(['machine-file', 'os-installation'])))
    home.close()
    writeFileSync(idFile, '')
    const elsewhere = await open()
    expect(await fail(elsewhere.keystore.log())).toMatchObject({ type: 'FactorUnavailable' })
    elsewhere.close()
    const { directory, machineFile, clock } = place
    const renewed = await succeed(renewHome({ directory, machineFile, clock, random: systemRandom, ...typing() }))
    expect((await succeed(renewed.keystore.binding())).stated.kinds).toEqual(['machine-file'])
    await succeed(renewed.keystore.log())
    renewed.close()
  })

  it('R22: what names the installation is in no file of the home, in no event and in no header', async () => {
    const home = await open()
    await succeed(bindHome(home)(change(['machine-file', 'os-installation'])))
    await keysOf(home)
    const events = await lastValueFrom(home.store.readAll().pipe(toArray()))
    expect(events.map(({ type, data }) => ({ type, data })).at(-1)).toEqual({
      type: 'HomeBindingChanged',
      data: { factors: ['machine-file', 'os-installation'] },
    })
    home.close()
    const raw = Buffer.from(FIRST_ID, 'hex')
    const canaries = [FIRST_ID, raw, raw.toString('base64url'), Buffer.from(FIRST_ID).toString('base64url')]
    const found = files().filter((name) => canaries.some((canary) => readFileSync(join(place.directory, name)).includes(canary)))
    expect(found).toEqual([])
    // Two homes of one installation have nothing in common that names it.
    const other = await place.open(join(place.root, 'second'), typing())
    await succeed(bindHome(other)(change(['machine-file', 'os-installation'])))
    const checks = [place.directory, join(place.root, 'second')].map((directory) => {
      const header = readSealHeader(readFileSync(join(directory, 'keystore', 'master.jwe'), 'latin1'))
      return E.isRight(header) ? header.right['check'] : undefined
    })
    expect(checks).toEqual([expect.any(String), expect.any(String)])
    expect(checks[0]).not.toBe(checks[1])
  })

  it.each([
    ['no machine id', 'uninitialized\n'],
    ['an empty file', ''],
    ['capitals', FIRST_ID.toUpperCase()],
  ])('a system with %s does not have the factor, and the binding stays', async (_, text) => {
    writeFileSync(idFile, text)
    const home = await open()
    expect(await fail(bindHome(home)(change(['machine-file', 'os-installation'])))).toEqual({
      type: 'FactorUnavailable',
      factor: 'os-installation',
      why: `${idFile} holds no machine id`,
    })
    expect((await succeed(home.keystore.binding())).stated.kinds).toEqual(['machine-file'])
    expect(await fail(machineIdInstallation([join(place.root, 'none')])())).toMatchObject({ why: expect.stringContaining('ENOENT') as string })
  })

  it('takes the second place of a machine id where the first has none', async () => {
    const second = join(place.root, 'dbus-id')
    copyFileSync(idFile, second)
    await succeed(machineIdInstallation([join(place.root, 'none'), second])())
  })

  it('refuses factors that keep nothing secret, a passphrase too many and none too few', async () => {
    const home = await open()
    const bind = bindHome(home)
    expect(await fail(bind({ kinds: ['os-installation'] }))).toMatchObject({ type: 'BadInput' })
    expect(await fail(bind({ kinds: [] }))).toMatchObject({ type: 'BadInput' })
    expect(await fail(bind({ kinds: ['passphrase'] }))).toMatchObject({ type: 'BadInput' })
    expect(await fail(bind({ kinds: ['machine-file'], passphrase: secret(WORD) }))).toMatchObject({ type: 'BadInput' })
    home.close()
    expect((await succeed((await place.open()).keystore.log())).kid).toBeDefined()
  })

  it('describes honestly what a copy would lack', async () => {
    const home = await open()
    expect((await succeed(home.keystore.binding())).describe()).toEqual([expect.stringContaining('a copy of the whole account has both')])
    await succeed(bindHome(home)(change(['os-installation', 'passphrase'])))
    expect((await succeed(home.keystore.binding())).describe()).toEqual([
      expect.stringContaining('every user of this machine can read'),
      expect.stringContaining('a stolen disk'),
    ])
  }, LONG)
})
