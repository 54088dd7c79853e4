import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { utf8 } from '@custody/core/encoding'
import { systemRandom } from '@custody/core/random'
import { secretEquals, secretFromBytes, type Secret } from '@custody/core/secret'

import { exportAuthority, importAuthority } from './authority-export'
import { rotateServiceKeys } from './rotate-service-keys'
import { authorityPlace, fail, succeed } from './testing/temporary-authority'

/** Each opening of an export takes a passphrase's key, which is slow by purpose. */
jest.setTimeout(120_000)

let place = authorityPlace()
beforeEach(() => (place = authorityPlace()))
afterEach(() => place.remove())

const secret = (text: string): Secret => secretFromBytes(utf8(text))
const request = (directory: string, passphrase = 'correct horse') => ({
  directory,
  file: join(place.root, 'export'),
  passphrase: secret(passphrase),
  random: systemRandom,
})

describe('R18: the export of an authority', () => {
  it('brings keys, old ones too, and log to another place while the authority works', async () => {
    const authority = await place.open()
    const old = authority.key('management-sealing').kid
    await succeed(rotateServiceKeys(authority, 'management-sealing'))
    await succeed(exportAuthority(request(place.directory)))
    expect(statSync(join(place.root, 'export')).mode & 0o777).toBe(0o600)
    const directory = join(place.root, 'other')
    await succeed(importAuthority(request(directory)))
    const other = await place.open({ directory })
    expect(other.name).toBe(authority.name)
    expect(other.trust().jws).toBe(authority.trust().jws)
    expect(other.sealingKey(old)).toBeDefined()
    expect(secretEquals(other.nonceKey, authority.nonceKey)).toBe(true)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const file of readdirSync(join(directory, 'keys'))) expect(statSync(join(directory, 'keys', file)).mode & 0o777).toBe(0o600)
    expect(readdirSync(place.directory).filter((file) => file.startsWith('.'))).toEqual([])
  })

  it('shows nothing of what it holds', async () => {
    const authority = await place.open()
    await succeed(exportAuthority(request(place.directory)))
    const bytes = readFileSync(join(place.root, 'export'))
    for (const file of readdirSync(join(place.directory, 'keys'))) {
      expect(bytes.includes(readFileSync(join(place.directory, 'keys', file)).subarray(-32))).toBe(false)
    }
    expect(bytes.includes(authority.name)).toBe(false)
  })

  it('opens by its passphrase alone, unchanged and whole; else nothing is written', async () => {
    await place.open()
    await succeed(exportAuthority(request(place.directory)))
    const file = join(place.root, 'export')
    const directory = join(place.root, 'other')
    expect(await fail(importAuthority(request(directory, 'correct horses')))).toEqual({ type: 'SealBroken' })
    const bytes = readFileSync(file)
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(bytes)
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
      return copy
    }
    const longer = Buffer.concat([bytes, bytes.subarray(-33)])
    const changed = [flipped(12), flipped(80), flipped(bytes.length - 1), bytes.subarray(0, -33), longer]
    for (const content of changed) {
      writeFileSync(file, content)
      expect(await fail(importAuthority(request(directory)))).toEqual({ type: 'SealBroken' })
    }
    expect(existsSync(directory)).toBe(false)
    expect(readdirSync(place.root).sort()).toEqual(['authority', 'export'])
    writeFileSync(file, bytes)
    expect(await fail(importAuthority(request(place.directory)))).toMatchObject({ type: 'HomeUnwritable', code: 'ENOTEMPTY' })
    await succeed(importAuthority(request(directory)))
  })
})
