import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

import { openDirectoryTarget, type DirectoryTarget } from './directory-target'
import { must, settled, temporaryFolder, type TemporaryFolder } from './testing/temporary-folder'

const NEW = { overwrite: false }
const OVER = { overwrite: true }
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text))
const deadProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid

describe('a directory target', () => {
  let folder: TemporaryFolder
  let place: string
  beforeEach(() => {
    folder = temporaryFolder()
    place = folder.path('out')
  })
  afterEach(() => folder.remove())

  const put = async (target: DirectoryTarget, name: string, text: string): Promise<void> => {
    const sink = await must(target.file(name))
    await must(sink.write([bytes(text)]))
    await must(sink.patch(0, bytes(text.slice(0, 1).toUpperCase())))
    await must(sink.commit())
  }
  const former = (): void => {
    mkdirSync(place)
    writeFileSync(folder.path('out', 'old.txt'), 'former')
  }
  const content = (): Readonly<Record<string, string>> =>
    Object.fromEntries(readdirSync(place).map((name) => [name, readFileSync(folder.path('out', name), 'utf8')]))

  it.each([
    ['nothing', () => undefined],
    ['an empty folder', () => mkdirSync(folder.path('out'))],
  ])('shows the folder only when it is committed, over %s', async (_, before) => {
    before()
    const names = folder.names()
    const target = await must(openDirectoryTarget(place, NEW))
    await put(target, 'a.txt', 'first')
    await put(target, 'b.txt', 'second')
    expect(folder.names().filter((name) => !name.startsWith('.'))).toEqual(names)
    await must(target.commit())
    await must(target.abort())
    expect([folder.names(), content()]).toEqual([['out'], { 'a.txt': 'First', 'b.txt': 'Second' }])
  })

  it('makes the folders above it', async () => {
    const target = await must(openDirectoryTarget(folder.path('x', 'y', 'out'), NEW))
    await must(target.commit())
    expect(readdirSync(folder.path('x', 'y'))).toEqual(['out'])
  })

  it('R18: leaves nothing after an abort that comes while files are being made, and makes none afterwards', async () => {
    for (let round = 0; round < 30; round += 1) {
      const target = await must(openDirectoryTarget(place, NEW))
      const making = ['a', 'b', 'c', 'd'].map((name) => target.file(name)())
      await must(target.abort())
      expect(folder.names()).toEqual([])
      for (const made of await Promise.all(making)) {
        // Closed, for the bytes of a file without a name would go on taking room.
        if (made._tag === 'Right') expect(await made.right.write([bytes('x')])()).toMatchObject({ left: { type: 'SinkFailed' } })
      }
      expect(await target.file('late')()).toMatchObject({ left: { type: 'SinkFailed', code: 'EBADF' } })
      expect(folder.names()).toEqual([])
    }
  })

  it('leaves nothing after an abort, files still open included', async () => {
    const target = await must(openDirectoryTarget(place, NEW))
    const sink = await must(target.file('a.txt'))
    await must(sink.write([bytes('half')]))
    await must(target.abort())
    await must(target.abort())
    expect(folder.names()).toEqual([])
    expect(await settled(sink.write([bytes('late')]))).toMatchObject({ type: 'SinkFailed' })
  })

  it('refuses a folder that holds something, and leaves it as it is', async () => {
    former()
    expect(await settled(openDirectoryTarget(place, NEW))).toEqual({ type: 'TargetExists', place })
    expect([folder.names(), content()]).toEqual([['out'], { 'old.txt': 'former' }])
  })

  it('replaces it when it may, as a whole', async () => {
    former()
    const target = await must(openDirectoryTarget(place, OVER))
    await put(target, 'new.txt', 'new')
    expect(content()).toEqual({ 'old.txt': 'former' })
    await must(target.commit())
    expect([folder.names(), content()]).toEqual([['out'], { 'new.txt': 'New' }])
  })

  it('does not replace what came to stand there meanwhile', async () => {
    const target = await must(openDirectoryTarget(place, NEW))
    former()
    expect(await settled(target.commit())).toEqual({ type: 'TargetExists', place })
    await must(target.abort())
    expect([folder.names(), content()]).toEqual([['out'], { 'old.txt': 'former' }])
  })

  it('puts the former folder back when the rename fails', async () => {
    former()
    const target = await must(openDirectoryTarget(place, OVER))
    const [partial = ''] = folder.names()
    rmSync(folder.path(partial), { recursive: true })
    expect(await settled(target.commit())).toEqual({ type: 'SinkFailed', place, code: 'ENOENT' })
    await must(target.abort())
    expect([folder.names(), content()]).toEqual([['out'], { 'old.txt': 'former' }])
  })

  it('takes plain names for files only', async () => {
    const target = await must(openDirectoryTarget(place, NEW))
    for (const name of ['../a', 'a/b', '', '.', '..']) {
      expect(await settled(target.file(name))).toMatchObject({ type: 'SinkFailed', code: 'EINVAL' })
    }
    await put(target, 'a', 'x')
    expect(await settled(target.file('a'))).toEqual({ type: 'SinkFailed', place: folder.path('out', 'a'), code: 'EEXIST' })
    await must(target.abort())
    expect(folder.names()).toEqual([])
  })

  it.each([
    ['a file', 'file', 'ENOTDIR'],
    ['a path through a file', 'file/out', 'ENOTDIR'],
  ])('names the trouble with %s', async (_, name, code) => {
    writeFileSync(folder.path('file'), 'kept')
    const at = folder.path(name)
    for (const options of [NEW, OVER]) {
      expect(await settled(openDirectoryTarget(at, options))).toEqual({ type: 'SinkFailed', place: at, code })
    }
    expect(folder.names()).toEqual(['file'])
  })

  describe('and what killed processes left', () => {
    const leave = (name: string): void => {
      mkdirSync(folder.path(name))
      writeFileSync(folder.path(name, 'x'), 'left')
    }

    it('removes partials of its own name', async () => {
      leave(`.out.custody-${deadProcess()}-1.partial`)
      leave(`.out.custody-${process.ppid}-1.partial`)
      await must((await must(openDirectoryTarget(place, NEW))).abort())
      expect(folder.names()).toEqual([`.out.custody-${process.ppid}-1.partial`])
    })

    it('puts back a former folder that was moved aside and had no successor yet', async () => {
      leave(`.out.former.custody-${deadProcess()}-2.partial`)
      expect(await settled(openDirectoryTarget(place, NEW))).toEqual({ type: 'TargetExists', place })
      expect([folder.names(), content()]).toEqual([['out'], { x: 'left' }])
    })

    it('removes a former folder whose successor stands', async () => {
      leave(`.out.former.custody-${deadProcess()}-2.partial`)
      former()
      await must((await must(openDirectoryTarget(place, OVER))).abort())
      expect([folder.names(), content()]).toEqual([['out'], { 'old.txt': 'former' }])
    })
  })
})
