import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { readRights } from './rights-option'

describe('rights option', () => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-rights-'))
  const file = join(folder, 'rights.json')
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('R3: repeats nothing of a key file that is named by mistake', async () => {
    for (const text of ['f0e1d2c3b4a5968778695a4b3c2d1e0f\n', 'OHSw7SllodoWks8LR4PAAA==', '{"keys":["f0e1d2c3b4a59687"]}']) {
      writeFileSync(file, text)
      const rights = await readRights(file)()
      if (E.isRight(rights)) throw new Error('taken as rights')
      expect(rights.left.exit).toBe(3)
      for (const part of ['f0e1', 'OHSw']) expect(rights.left.lines.join()).not.toContain(part)
    }
  })

  it('names the file and the first member that does not fit', async () => {
    writeFileSync(file, JSON.stringify({ rights: [{ action: 'Fly' }] }))
    expect(await readRights(file)()).toMatchObject({ left: { exit: 3, lines: [expect.stringContaining(`${file} /rights/0`)] } })
  })
})
