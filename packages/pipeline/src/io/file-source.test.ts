import { execFileSync } from 'node:child_process'
import { createWriteStream, writeFileSync } from 'node:fs'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import type { ByteSource } from './byte-source'
import { openFileSource } from './file-source'
import { readFully } from './read-fully'
import { replaySource } from './replay-source'
import { must, settled, temporaryFolder, type TemporaryFolder } from './testing/temporary-folder'

describe('a file source', () => {
  let folder: TemporaryFolder
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('reads in order to the end, and knows the length', async () => {
    const path = folder.path('a')
    writeFileSync(path, 'abcdefgh')
    const source = await must(openFileSource(path))
    expect(source).toMatchObject({ place: path, length: 8 })
    const heard: string[] = []
    for (;;) {
      const into = new Uint8Array(3)
      const length = await must(source.read(into))
      if (length === 0) break
      heard.push(Buffer.from(into.subarray(0, length)).toString())
    }
    expect(heard).toEqual(['abc', 'def', 'gh'])
    await must(source.close())
    expect(await settled(source.read(new Uint8Array(1)))).toMatchObject({ type: 'SourceFailed', place: path })
  })

  it('reads at any place of a file, and goes on in order where it was', async () => {
    const path = folder.path('a')
    writeFileSync(path, 'abcdefgh')
    const source = await must(openFileSource(path))
    const into = new Uint8Array(3)
    await must(source.read(into))
    if (source.readAt === undefined) throw new Error('a file can be read at any place')
    expect(await must(source.readAt(into, 6))).toBe(2)
    expect(Buffer.from(into.subarray(0, 2)).toString()).toBe('gh')
    expect(await must(source.readAt(into, 8))).toBe(0)
    await must(source.read(into))
    expect(Buffer.from(into).toString()).toBe('def')
    await must(source.close())
  })

  it('reads a pipe, whose length is not known', async () => {
    const path = folder.path('pipe')
    execFileSync('mkfifo', [path])
    createWriteStream(path).end('through a pipe')
    const source = await must(openFileSource(path))
    expect(source.length).toBeUndefined()
    expect(source.readAt).toBeUndefined()
    const into = new Uint8Array(100)
    expect(await readFully(source, into)).toEqual(E.right(14))
    await must(source.close())
  })

  it.each([
    ['a folder', '', 'EISDIR'],
    ['nothing', 'none', 'ENOENT'],
  ])('names the trouble with %s', async (_, name, code) => {
    const place = folder.path(name)
    expect(await settled(openFileSource(place))).toEqual({ type: 'SourceFailed', place, code })
  })
})

/** Gives at most two bytes at a time, as a pipe may. */
const trickle = (text: string): ByteSource => {
  let rest = Uint8Array.from(Buffer.from(text))
  return {
    place: 'memory',
    length: undefined,
    read: (into) =>
      TE.fromIO(() => {
        const part = rest.subarray(0, Math.min(2, into.length))
        into.set(part)
        rest = rest.subarray(part.length)
        return part.length
      }),
    close: () => TE.right(undefined),
  }
}

describe('reading fully', () => {
  it('fills the array, or stops at the end', async () => {
    const into = new Uint8Array(5)
    const source = trickle('abcdefg')
    expect(await readFully(source, into)).toEqual(E.right(5))
    expect(Buffer.from(into).toString()).toBe('abcde')
    expect(await readFully(source, into)).toEqual(E.right(2))
  })

  it('passes on a fault', async () => {
    const fault = { type: 'SourceFailed', place: 'x', code: 'EIO' } as const
    expect(await readFully({ ...trickle(''), read: () => TE.left(fault) }, new Uint8Array(2))).toEqual(E.left(fault))
  })
})

describe('giving back what was read ahead', () => {
  it('reads the same as if nothing had been', async () => {
    const source = trickle('abcdefg')
    const ahead = new Uint8Array(3)
    await readFully(source, ahead)
    const into = new Uint8Array(10)
    expect(await readFully(replaySource(ahead, source), into)).toEqual(E.right(7))
    expect(Buffer.from(into.subarray(0, 7)).toString()).toBe('abcdefg')
  })
})
