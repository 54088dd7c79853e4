import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemRandom } from '../random/system-random'
import { publishFile, replaceFile, temporaryName } from './durable-file'

const WRITERS = 20

describe('a file that is written whole', () => {
  let folder: string
  const place = (): string => join(folder, 'key.jwe')
  const writers = Array.from({ length: WRITERS }, (_, number) => `content ${number}`)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-durable-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['published', publishFile],
    ['replaced', replaceFile],
  ] as const)('R18: leaves nothing of a writer that was killed before, once it is %s', async (_, write) => {
    writeFileSync(temporaryName(place(), systemRandom), 'half')
    await write(place(), 'whole', systemRandom)
    expect(readdirSync(folder)).toEqual(['key.jwe'])
    expect(readFileSync(place(), 'utf8')).toBe('whole')
  })

  it('keeps what killed writers of other files left, for these may still be at work', async () => {
    const other = temporaryName(join(folder, 'other.jwe'), systemRandom)
    writeFileSync(other, 'half')
    await publishFile(place(), 'whole', systemRandom)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('is published by one of many that race for its name, and by none who comes later', async () => {
    const won = await Promise.all(writers.map((content) => publishFile(place(), content, systemRandom)))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(readFileSync(place(), 'utf8')).toBe(writers[won.indexOf(true)])
    expect(await publishFile(place(), 'late', systemRandom)).toBe(false)
    expect(readdirSync(folder)).toEqual(['key.jwe'])
  })

  it('holds the content of one of many that replace it at once', async () => {
    await Promise.all(writers.map((content) => replaceFile(place(), content, systemRandom)))
    expect(writers).toContain(readFileSync(place(), 'utf8'))
    expect(readdirSync(folder)).toEqual(['key.jwe'])
  })

  it('is not written into a folder that is not there', async () => {
    const nowhere = join(folder, 'none', 'key.jwe')
    await expect(replaceFile(nowhere, 'whole', systemRandom)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(publishFile(nowhere, 'whole', systemRandom)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
