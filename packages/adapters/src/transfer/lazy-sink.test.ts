import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileSink } from '@custody/pipeline/io'
import * as E from 'fp-ts/Either'

import { lazySink } from './lazy-sink'

describe('a lazy sink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-lazy-'))
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('makes no file when nothing is written', async () => {
    const path = join(folder, 'empty')
    const sink = lazySink(path, openFileSink(path, { overwrite: false }))
    expect(await sink.commit()()).toEqual(E.right(undefined))
    expect(existsSync(path)).toBe(false)
  })

  it('opens once, and writes what it is given in order', async () => {
    const path = join(folder, 'file')
    let opened = 0
    const sink = lazySink(path, () => {
      opened += 1
      return openFileSink(path, { overwrite: false })()
    })
    await sink.write([Uint8Array.of(1, 2)])()
    await sink.write([Uint8Array.of(3)])()
    await sink.patch(0, Uint8Array.of(9))()
    await sink.commit()()
    expect(opened).toBe(1)
    expect([...readFileSync(path)]).toEqual([9, 2, 3])
  })

  it('passes on the fault of a place that cannot be opened', async () => {
    const path = join(folder, 'absent', 'file')
    const sink = lazySink(path, openFileSink(path, { overwrite: false }))
    expect(await sink.write([Uint8Array.of(1)])()).toMatchObject(E.left({ type: 'SinkFailed', code: 'ENOENT' }))
    expect(await sink.abort()()).toEqual(E.right(undefined))
  })
})
