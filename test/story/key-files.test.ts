import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { protect } from '../command/exported-sample'
import { namesIn } from '../command/folder-contents'
import { custody, REPOSITORY, runCustody, SAMPLE } from '../command/run-custody'
import { createPlace, removePlaces, type Place } from '../command/temporary-place'

const LONG = 60_000

/** Published results. @source PlayReady Key Seed and PlayReady Header Specification §5 (Microsoft), quoted in test/vectors. */
const SEED = 'XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I'
const DERIVED: ReadonlyArray<readonly [string, string]> = [
  ['6f651ae1-dbe4-4434-bcb4-690d1564c41c', '88da852ae4fa2e1e36aeb2d5c94997b1'],
  ['01020304-0506-0708-090A-AABBCCDDEEFF', Buffer.from('GUf166PQbx+sgBADjyBMvw==', 'base64').toString('hex')],
]

describe('keys and key seeds from files', () => {
  let place: Place

  beforeEach(() => {
    place = createPlace()
  })
  afterAll(removePlaces)

  const revealed = async (keyId: string): Promise<string> => (await custody(place, 'keys', 'reveal', keyId, '--yes')).stdout

  it('the published results stand in the vectors too', () => {
    expect(readFileSync(join(REPOSITORY, 'test/vectors/playready-keyseed.json'), 'utf8')).toContain(SEED)
  })

  it.each(DERIVED)(
    'the published seed and key ID %s give the published key',
    async (guid, key) => {
      writeFileSync(place.at('seed'), `${SEED}\n`)
      const { keyId } = await protect(place, place.at('guarded.asf'), {
        options: ['--key-id', guid, '--key-seed-file', place.at('seed')],
      })
      expect(keyId).toBe(guid.replaceAll('-', '').toLowerCase())
      expect(await revealed(keyId)).toBe(`${keyId}:${key}\n`)
    },
    LONG
  )

  it(
    'a key ID is taken as hex, with hyphens, and as base64 in the byte order of a GUID',
    async () => {
      const canonical = '6f651ae1dbe44434bcb4690d1564c41c'
      // The first three fields of a GUID are little-endian in its bytes.
      const bytes = Buffer.from('e11a656fe4db3444bcb4690d1564c41c', 'hex')
      for (const spelling of [canonical, canonical.toUpperCase(), '6F651AE1-DBE4-4434-BCB4-690D1564C41C', bytes.toString('base64')]) {
        const { keyId } = await protect(place, place.at('guarded.asf'), { options: ['--key-id', spelling] })
        expect(keyId).toBe(canonical)
        const { stdout } = await custody(place, 'inspect', '--json', place.at('guarded.asf'))
        expect(stdout).toContain(canonical)
      }
    },
    LONG
  )

  const key = Buffer.from('f0e1d2c3b4a5968778695a4b3c2d1e0f', 'hex')

  it.each([
    ['hex', `${key.toString('hex')}\n`],
    ['upper-case hex', key.toString('hex').toUpperCase()],
    ['base64', `  ${key.toString('base64')}\r\n`],
  ])(
    'a key file holds %s',
    async (_, text) => {
      writeFileSync(place.at('key'), text)
      const { keyId } = await protect(place, place.at('guarded.asf'), { options: ['--key-file', place.at('key')] })
      expect(await revealed(keyId)).toBe(`${keyId}:${key.toString('hex')}\n`)
    },
    LONG
  )

  it(
    'a key comes from standard input',
    async () => {
      const words = ['protect', SAMPLE, '-o', place.at('guarded.asf'), '--key-file', '-', '--json']
      const outcome = await runCustody(place, words, { input: Buffer.from(key.toString('hex')) })
      expect(outcome).toMatchObject({ exit: 0, stderr: '' })
      const { keyId } = JSON.parse(outcome.lines.at(-1) ?? '{}') as { readonly keyId: string }
      expect(await revealed(keyId)).toBe(`${keyId}:${key.toString('hex')}\n`)
    },
    LONG
  )

  const wrong: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]> = [
    ['an empty key file', ['--key-file'], ''],
    ['a key file of something else', ['--key-file'], 'not a key at all'],
    ['a key that is too short', ['--key-file'], key.toString('hex').slice(2)],
    ['a key that is too long', ['--key-file'], `${key.toString('hex')}00`],
    ['a seed that is too short', ['--key-seed-file'], key.toString('hex')],
  ]

  it.each(wrong)(
    '%s: exit 3, the place, nothing written, and none of it repeated',
    async (_, options, text) => {
      writeFileSync(place.at('key'), text)
      const words = ['protect', SAMPLE, '-o', place.at('guarded.asf'), ...options, place.at('key')]
      const { exit, stdout, stderr } = await runCustody(place, words)
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' })
      expect(stderr).toMatch(/expected .+, found .+/)
      if (text !== '') expect(stderr).not.toContain(text)
      expect(namesIn(place.root)).not.toContain('guarded.asf')
    },
    LONG
  )

  it(
    'a key file that is not there: exit 4',
    async () => {
      const { exit } = await runCustody(place, ['protect', SAMPLE, '-o', place.at('guarded.asf'), '--key-file', place.at('absent')])
      expect(exit).toBe(4)
    },
    LONG
  )

  it(
    'the same key ID with another key is refused, and the license of the first stays',
    async () => {
      const id = '6f651ae1dbe44434bcb4690d1564c41c'
      writeFileSync(place.at('key'), key.toString('hex'))
      writeFileSync(place.at('other'), Buffer.from(key).reverse().toString('hex'))
      await protect(place, place.at('first.asf'), { options: ['--key-id', id, '--key-file', place.at('key')] })
      const words = ['protect', SAMPLE, '-o', place.at('second.asf'), '--key-id', id, '--key-file', place.at('other')]
      const { exit } = await runCustody(place, words)
      expect(exit).not.toBe(0)
      expect(namesIn(place.root)).not.toContain('second.asf')
      expect(await revealed(id)).toBe(`${id}:${key.toString('hex')}\n`)
    },
    LONG
  )
})
