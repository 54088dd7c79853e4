import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secretEquals, secretFromBytes } from '@custody/core/secret'
import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { readKeyLines } from './key-lines'

describe('key lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-keys-'))
  const file = join(folder, 'keys')
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const read = (text: string | Uint8Array) => {
    writeFileSync(file, text)
    return readKeyLines(file)()
  }
  const ID = '6f651ae1dbe44434bcb4690d1564c41c'
  const KEY = '00112233445566778899aabbccddeeff'
  const LINE = `${ID}:${KEY}`

  it('reads what keys reveal prints, and the other spellings of a key ID', async () => {
    const text = `# mine\n\n${LINE}\r\n  6F651AE1-DBE4-4434-BCB4-690D1564C41D : ${KEY.toUpperCase()}`
    const lines = await read(text)
    if (E.isLeft(lines)) throw new Error(lines.left.lines.join())
    expect(lines.right.map(({ keyId }) => keyId)).toEqual([ID, `${ID.slice(0, -1)}d`])
    const expected = () => secretFromBytes(Uint8Array.from(Buffer.from(KEY, 'hex')))
    for (const { key } of lines.right) expect(secretEquals(key, expected())).toBe(true)
  })

  it.each([
    ['an empty file', '', 0],
    ['comments alone', '# none\n', 0],
    ['a line without a key', `${LINE}\n${ID}\n`, LINE.length + 1],
    ['a key ID that is none', `${KEY}0:${KEY}\n`, 0],
    ['a key that is none', `${LINE}\n${ID}:${KEY.slice(1)}\n`, LINE.length + 1],
    ['base64 instead of hex', `${ID}:${Buffer.from(KEY, 'hex').toString('base64')}\n`, 0],
  ])('refuses %s, says where, and repeats nothing of it', async (_, text, at) => {
    const lines = await read(text)
    const said = `${file}: at byte ${String(at)}: expected KID:KEY lines with keys as hex, found something else`
    expect(lines).toEqual(E.left({ exit: 3, lines: [said] }))
  })

  it('R16: any bytes end in an answer that holds none of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const lines = await read(bytes)
        expect(E.isLeft(lines) ? lines.left.exit : 0).toBe(E.isLeft(lines) ? 3 : 0)
      }),
      { numRuns: 200 }
    )
  })

  it('exit 4 for a file that is not there', async () => {
    expect(await readKeyLines(join(folder, 'absent'))()).toMatchObject({ left: { exit: 4 } })
  })
})
