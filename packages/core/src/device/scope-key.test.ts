import { existsSync, linkSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { IssuerId } from '../identity/issuer-id'
import { machineId } from '../individualization/machine-identity'
import { eraseScope, MACHINE_IDENTITY_STREAM } from './erase-scope'

describe('scope keys', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())
  const scopes = () => join(place.directory, 'keystore', 'scopes')

  it('is made at first contact and is the same from then on, in every process', async () => {
    expect(existsSync(scopes())).toBe(false)
    const first = await succeed(home.keystore.scope('one'))
    const other = await place.open()
    expect((await succeed(other.keystore.scope('one'))).kid).toBe(first.kid)
    const [file = ''] = readdirSync(scopes())
    expect(file).toMatch(/^[0-9a-f]{64}\.jwe$/)
    expect(statSync(join(scopes(), file)).mode & 0o777).toBe(0o600)
  })

  it('processes that race for the first contact end with one key', async () => {
    const homes = [home, await place.open(), await place.open(), await place.open()]
    const kids = await Promise.all(homes.map(async ({ keystore }) => (await succeed(keystore.scope('one'))).kid))
    expect(new Set(kids).size).toBe(1)
    expect(readdirSync(scopes())).toHaveLength(1)
  })

  it('R22: a second name that a killed writer left of a key goes when the key is opened', async () => {
    const { kid } = await succeed(home.keystore.scope('one'))
    const [file = ''] = readdirSync(scopes())
    linkSync(join(scopes(), file), join(scopes(), `.${file}.0123456789abcdef`))
    expect((await succeed(home.keystore.scope('one'))).kid).toBe(kid)
    expect(readdirSync(scopes())).toEqual([file])
  })

  it('R22: two authorities see two computers', async () => {
    const [one, two] = [await succeed(home.keystore.scope('one')), await succeed(home.keystore.scope('two'))]
    expect(machineId(one.key)).not.toBe(machineId(two.key))
  })

  it('R22: two homes on one machine are two computers to one authority: nothing of the machine is in the identity', async () => {
    const second = await place.open(join(place.root, 'second'))
    const [one, two] = [await succeed(home.keystore.scope('one')), await succeed(second.keystore.scope('one'))]
    expect(machineId(one.key)).not.toBe(machineId(two.key))
  })

  it('R22, BR-29: an erased identity is another computer at the next contact', async () => {
    const authority = 'A'.repeat(43) as IssuerId
    const other = await place.open()
    const before = await succeed(home.keystore.scope(authority))
    await succeed(other.keystore.scope(authority))
    await succeed(eraseScope(home)(authority))
    expect(readdirSync(scopes())).toEqual([])
    const events = await lastValueFrom(home.store.read(MACHINE_IDENTITY_STREAM).pipe(toArray()))
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([{ type: 'MachineIdentityErased', data: { authority } }])
    expect((await succeed(other.keystore.scope(authority))).kid).not.toBe(before.kid)
  })

  it('a scope key that lies under the name of another authority does not open', async () => {
    await succeed(home.keystore.scope('one'))
    const [file = ''] = readdirSync(scopes())
    const text = readFileSync(join(scopes(), file), 'latin1')
    await succeed(home.keystore.scope('two'))
    const second = readdirSync(scopes()).find((name) => name !== file) ?? ''
    writeFileSync(join(scopes(), second), text)
    expect(await home.keystore.scope('two')()).toMatchObject({ left: { type: 'KeystoreDamaged' } })
  })
})
