import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secretEquals, secretFromBytes, secretLength } from '@custody/core/secret'
import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { readKeyFile } from './key-file'

describe('key files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-key-'))
  const file = join(folder, 'key')
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const read = async (text: string | Uint8Array) => {
    writeFileSync(file, text)
    return readKeyFile(file)()
  }
  const key = (bytes: Uint8Array) => secretFromBytes(Uint8Array.from(bytes))
  const KEY = Uint8Array.from({ length: 16 }, (_, index) => index * 17)

  it.each([
    ['hex', '00112233445566778899aabbccddeeff'],
    ['hex in capitals with white space around it', '\r\n 00112233445566778899AABBCCDDEEFF\n'],
    ['base64', 'ABEiM0RVZneImaq7zN3u/w==\n'],
  ])('reads %s', async (_, text) => {
    const secret = await read(text)
    expect(E.isRight(secret) && secretEquals(secret.right, key(KEY))).toBe(true)
  })

  it('takes a seed of thirty bytes as it was published', async () => {
    const secret = await read('XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I')
    expect(E.isRight(secret) && secretLength(secret.right)).toBe(30)
  })

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['an odd number of digits', '00112233445566778899aabbccddeef'],
    ['another alphabet', '0011223344556677-899aabbccddeeff'],
    ['a long file', 'a'.repeat(1000)],
  ])('refuses %s, and shows nothing of it', async (_, text) => {
    const answer = await read(text)
    expect(answer).toMatchObject(E.left({ exit: 3 }))
    if (text.trim() !== '') expect(JSON.stringify(answer)).not.toContain(text.trim().slice(0, 8))
  })

  it('says that a missing file is a failure of the outside', async () => {
    expect(await readKeyFile(join(folder, 'none'))()).toMatchObject(E.left({ exit: 4 }))
  })

  it('reads any key of 16 bytes in both spellings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 16, maxLength: 16 }), async (bytes) => {
        for (const spelling of ['hex', 'base64'] as const) {
          const secret = await read(Buffer.from(bytes).toString(spelling))
          expect(E.isRight(secret) && secretEquals(secret.right, key(bytes))).toBe(true)
        }
      }),
      { numRuns: 50 }
    )
  })
})
