import { execFileSync, spawnSync } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'

import { openFileSink } from './file-sink'
import { must, settled, temporaryFolder, type TemporaryFolder } from './testing/temporary-folder'

const NEW = { overwrite: false }
const OVER = { overwrite: true }
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text))

/** A process id that was in use a moment ago and is not now. */
const deadProcess = (): number => spawnSync(process.execPath, ['-e', '']).pid

describe('a file sink', () => {
  let folder: TemporaryFolder
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('shows the file under its name only when it is committed', async () => {
    const path = folder.path('a.bin')
    const sink = await must(openFileSink(path, NEW))
    await must(sink.write([bytes('one, '), bytes(''), bytes('two')]))
    await must(sink.write([bytes(', three')]))
    await must(sink.patch(0, bytes('ONE')))
    expect(folder.names()).toEqual([expect.stringMatching(/^\.a\.bin\.custody-\d+-\d+\.partial$/)])
    await must(sink.commit())
    expect(folder.names()).toEqual(['a.bin'])
    expect(readFileSync(path, 'utf8')).toBe('ONE, two, three')
    await must(sink.abort())
    expect(folder.names()).toEqual(['a.bin'])
  })

  it('leaves nothing after an abort, however often', async () => {
    const sink = await must(openFileSink(folder.path('a.bin'), NEW))
    await must(sink.write([bytes('half')]))
    await must(sink.abort())
    await must(sink.abort())
    expect(folder.names()).toEqual([])
    expect(await settled(sink.write([bytes('late')]))).toMatchObject({ type: 'SinkFailed' })
  })

  it('refuses a file that stands there, unless it may be replaced, and then only when the new one is whole', async () => {
    const path = folder.path('a.bin')
    writeFileSync(path, 'former')
    expect(await settled(openFileSink(path, NEW))).toEqual({ type: 'TargetExists', place: path })
    const left = await must(openFileSink(path, OVER))
    await must(left.write([bytes('new')]))
    await must(left.abort())
    expect(readFileSync(path, 'utf8')).toBe('former')
    const kept = await must(openFileSink(path, OVER))
    await must(kept.write([bytes('new')]))
    await must(kept.commit())
    expect([readFileSync(path, 'utf8'), folder.names()]).toEqual(['new', ['a.bin']])
  })

  it('does not replace a file that came to stand there meanwhile', async () => {
    const path = folder.path('a.bin')
    const sink = await must(openFileSink(path, NEW))
    writeFileSync(path, 'someone else’s')
    expect(await settled(sink.commit())).toEqual({ type: 'TargetExists', place: path })
    await must(sink.abort())
    expect([readFileSync(path, 'utf8'), folder.names()]).toEqual(['someone else’s', ['a.bin']])
  })

  it('reports a commit that fails, and can still be aborted', async () => {
    const path = folder.path('a.bin')
    const sink = await must(openFileSink(path, OVER))
    mkdirSync(path)
    expect(await settled(sink.commit())).toMatchObject({ type: 'SinkFailed', place: path })
    await must(sink.abort())
    expect(folder.names()).toEqual(['a.bin'])
  })

  it.each([
    ['a folder', '', 'EISDIR'],
    ['a path without folder', 'none/a.bin', 'ENOENT'],
    ['a path through a file', 'file/a.bin', 'ENOTDIR'],
  ])('names the trouble with %s', async (_, name, code) => {
    writeFileSync(folder.path('file'), '')
    const place = folder.path(name)
    expect(await settled(openFileSink(place, NEW))).toEqual({ type: 'SinkFailed', place, code })
    expect(folder.names()).toEqual(['file'])
  })

  it('says when the disk is full, and does not replace a device', async () => {
    const path = folder.path('full')
    symlinkSync('/dev/full', path)
    const sink = await must(openFileSink(path, NEW))
    expect(await settled(sink.write([bytes('x')]))).toEqual({ type: 'SinkFailed', place: path, code: 'ENOSPC' })
    expect(await settled(sink.patch(0, bytes('x')))).toEqual({ type: 'SinkFailed', place: path, code: 'ESPIPE' })
    await must(sink.abort())
    expect(statSync(path).isCharacterDevice()).toBe(true)
    expect(folder.names()).toEqual(['full'])
  })

  it('writes a pipe as it comes', async () => {
    const path = folder.path('pipe')
    execFileSync('mkfifo', [path])
    const heard: Buffer[] = []
    const reader = createReadStream(path)
    const ended = new Promise<void>((resolve) => reader.on('data', (part) => heard.push(part as Buffer)).on('end', resolve))
    const sink = await must(openFileSink(path, NEW))
    const chunks = Array.from({ length: 3000 }, (_, index) => new Uint8Array(100).fill(index % 256))
    await must(sink.write(chunks))
    await must(sink.commit())
    await must(sink.abort())
    await ended
    expect(Buffer.concat(heard).equals(Buffer.concat(chunks))).toBe(true)
    expect(statSync(path).isFIFO()).toBe(true)
  })

  describe('and what killed processes left', () => {
    it('removes the partials of its own name, and no others', async () => {
      const dead = deadProcess()
      const stale = `.a.bin.custody-${dead}-3.partial`
      const others = [
        `.a.bin.custody-${process.ppid}-1.partial`,
        `.b.bin.custody-${dead}-3.partial`,
        `.a.bin.custody-${dead}-3.partial.txt`,
        '.a.bin.custody-x-3.partial',
        `a.bin.custody-${dead}-3.partial`,
      ]
      for (const name of [stale, ...others]) writeFileSync(folder.path(name), 'half')
      await must((await must(openFileSink(folder.path('a.bin'), NEW))).abort())
      expect(folder.names()).toEqual([...others].sort())
    })

    it('is not stopped by one of a process that had our own id, as in a container', async () => {
      const sink = await must(openFileSink(folder.path('a.bin'), NEW))
      const [own = ''] = folder.names()
      const number = Number(/-(\d+)\.partial$/.exec(own)?.[1])
      const inTheWay = own.replace(/-\d+\.partial$/, `-${number + 1}.partial`)
      writeFileSync(folder.path(inTheWay), 'half')
      const second = await must(openFileSink(folder.path('a.bin'), NEW))
      expect(existsSync(folder.path(own))).toBe(true)
      await must(second.write([bytes('whole')]))
      await must(second.commit())
      await must(sink.abort())
      expect([readFileSync(folder.path('a.bin'), 'utf8'), folder.names()]).toEqual(['whole', ['a.bin']])
    })

    it('finds what a process leaves that is really killed', async () => {
      const script = `
        const fs = require('node:fs')
        fs.writeFileSync(process.argv[1] + '/.a.bin.custody-' + process.pid + '-1.partial', 'half')
        process.kill(process.pid, 'SIGKILL')`
      spawnSync(process.execPath, ['-e', script, folder.path()])
      expect(folder.names()).toHaveLength(1)
      await must((await must(openFileSink(folder.path('a.bin'), NEW))).abort())
      expect(folder.names()).toEqual([])
    })
  })
})
