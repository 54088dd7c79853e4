import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, createSecretKey } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { temporaryFolder } from '../../io/testing/temporary-folder'
import { canaryIndex, type CanaryHit } from './canary-index'
import { plantCanary } from './plant-canary'
import { searchFiles } from './search-files'
import { searchHeap } from './search-heap'
import { canSearchMemory, searchMemory } from './search-memory'
import { searchText } from './search-text'
import { searchValue } from './search-value'

const canary = plantCanary(64)
const index = canaryIndex([canary])
/** 16 bytes from the middle, at no multiple of 8, among others: the least that counts. */
const part = canary.slice(13, 29)
const among = (...pieces: ReadonlyArray<Uint8Array>): Uint8Array => Uint8Array.from(Buffer.concat(pieces))
const leak = among(plantCanary(5), part, plantCanary(5))
const text = Buffer.from(leak)
const forms = (hits: ReadonlyArray<CanaryHit>): ReadonlyArray<string> => [...new Set(hits.map(({ form }) => form))]

class Bearer {
  readonly #hidden = leak
  readonly shown = 1
  readonly tell = (): Uint8Array => this.#hidden
}

describe('a canary', () => {
  it('is found raw, 16 bytes of it among others; 15 are not found, nor what is random', () => {
    expect(index.findIn(leak, 'here')).toEqual([{ where: 'here', form: 'raw', at: 5 }])
    expect(index.findIn(among(plantCanary(5), part.slice(0, 15), plantCanary(5)), 'here')).toEqual([])
    expect(index.findIn(plantCanary(1_000_000), 'here')).toEqual([])
  })

  it('is found wherever it begins', () => {
    for (let from = 0; from <= 48; from += 1) {
      expect(index.findIn(among(plantCanary(from), canary.slice(from, from + 16)), 'here')).toHaveLength(1)
    }
  })

  it.each<readonly [string, string, string]>([
    ['hex', text.toString('hex'), 'hex'],
    ['capital hex', text.toString('hex').toUpperCase(), 'hex'],
    ['base64', text.toString('base64'), 'base64'],
    ['base64 one later', Buffer.from(among(plantCanary(1), leak)).toString('base64'), 'base64'],
    ['base64 two later', Buffer.from(among(plantCanary(2), leak)).toString('base64'), 'base64'],
    ['base64url', Buffer.from(among(plantCanary(1), leak)).toString('base64url'), 'base64'],
    ['latin-1', text.toString('latin1'), 'utf-16'],
    ['characters of 16 bits', Buffer.from(among(plantCanary(1), leak)).toString('utf16le'), 'raw'],
    ['a printed buffer', inspect(text), 'hex'],
    ['a printed array', inspect(leak, { maxArrayLength: null }), 'decimal'],
    ['an array in JSON', JSON.stringify(leak), 'decimal'],
    ['a buffer in JSON', JSON.stringify(text), 'decimal'],
  ])('is found in text as %s', (_, spelled, form) => {
    expect(forms(searchText(index, spelled, 'text')).join()).toContain(form)
  })

  it.each<readonly [string, unknown]>([
    ['a view', leak],
    ['a buffer behind a view of other bytes', among(leak, plantCanary(8)).subarray(-4)],
    ['a member deep below', { a: [{ b: new Map([['c', new Set([leak])]]) }] }],
    ['a key of a map', new Map([[leak, 1]])],
    ['a member with a symbol, hidden', Object.defineProperty({}, Symbol('s'), { value: leak, enumerable: false })],
    ['a name', { [text.toString('hex')]: 1 }],
    ['a message', new Error(text.toString('base64'))],
    ['a cause', new Error('x', { cause: { bytes: leak } })],
    ['a stack', Object.assign(new Error('x'), { stack: text.toString('hex') })],
    ['a list of numbers', [...leak]],
    ['a big number', BigInt(`0x${text.toString('hex')}`)],
    ['a key that exports', createSecretKey(canary)],
    ['what it says of itself', { toString: () => text.toString('hex') }],
    ['what it gives to JSON', { toJSON: () => text.toString('base64') }],
    ['how it is printed', { [inspect.custom]: () => text.toString('hex') }],
  ])('is found in %s', (_, value) => {
    expect(searchValue(index, value, 'value').length).toBeGreaterThan(0)
  })

  it('is not found where nothing reaches it, and not in what the search itself holds', () => {
    expect(searchValue(index, new Bearer(), 'value')).toEqual([])
    expect(searchValue(index, canary, 'value').filter(({ where }) => where === 'value')).toEqual([])
    expect(searchValue(index, { bytes: plantCanary(64), text: 'nothing' }, 'value')).toEqual([])
  })

  it('says where and how, and never what', () => {
    const [hit] = searchValue(index, { inner: { bytes: leak } }, 'event')
    expect(hit).toEqual({ where: 'event.inner.bytes', form: 'raw', at: 5 })
  })
})

describe('R3: a canary in files', () => {
  const place = temporaryFolder()
  const folder = place.path()
  afterAll(() => place.remove())

  it('is found raw, as text, over the ends of blocks, in folders within, in names', () => {
    mkdirSync(join(folder, 'deep'))
    writeFileSync(join(folder, 'deep', 'raw.bin'), among(plantCanary(100), leak))
    writeFileSync(join(folder, 'text.log'), `{"bytes":"${text.toString('base64')}"}`)
    writeFileSync(join(folder, 'latin.txt'), text.toString('latin1'))
    writeFileSync(join(folder, 'long.bin'), among(plantCanary(1024 * 1024 - 10), leak))
    writeFileSync(join(folder, text.toString('hex')), '')
    writeFileSync(join(folder, 'other.bin'), plantCanary(5000))
    const found = searchFiles(index, folder).map(({ where }) => where)
    for (const name of ['raw.bin', 'text.log', 'latin.txt', 'long.bin', 'the name of']) {
      expect(found.filter((where) => where.includes(name))).toHaveLength(1)
    }
    expect(found).toHaveLength(5)
    expect(searchFiles(index, join(folder, 'long.bin'))).toEqual([{ where: join(folder, 'long.bin'), form: 'raw', at: 1024 * 1024 - 5 }])
  })
})

describe('R4: a canary on the heap', () => {
  const hidden = plantCanary(64)
  const heap = canaryIndex([hidden])

  it('is found in a string, in a closure, in an array buffer that a closure holds, and no longer when they are gone', async () => {
    expect(await searchHeap(heap)).toEqual([])
    const kept: Array<(() => unknown) | undefined> = [
      // Not a copy of it, which would stay in the pool of small buffers.
      ((spelled: string) => () => spelled)(Buffer.from(hidden.buffer).toString('hex')),
      ((bytes: Uint8Array) => () => bytes)(hidden.slice()),
      ((bytes: Uint8Array) => () => bytes)(Uint8Array.from(hidden.subarray(0, 32))),
    ]
    const found = await searchHeap(heap)
    expect(found.map(({ where, form }) => `${where}: ${form}`).sort()).toEqual([
      'an array buffer on the heap: raw',
      'an array buffer on the heap: raw',
      'heap snapshot: hex',
    ])
    kept.fill(undefined)
    expect(await searchHeap(heap)).toEqual([])
  }, 120_000)
})

const onLinux = canSearchMemory() ? describe : describe.skip
onLinux('R4: a canary in the memory of another process', () => {
  /** Makes the canary itself from a seed, so that neither its arguments nor its text have it. */
  const PROGRAM = `
    const { createHash, createSecretKey } = require('node:crypto')
    const bytes = (name) => Buffer.concat(['a', 'b'].map((part) => createHash('sha256').update(name + part).digest()))
    const kept = []
    const ways = {
      buffer: () => kept.push(new Uint8Array(bytes('seed'))),
      string: () => kept.push(bytes('seed').toString('hex')),
      key: () => kept.push(createSecretKey(bytes('seed'))),
      freed: () => { let gone = new Uint8Array(1 << 20); gone.set(bytes('seed'), 5000); gone = undefined },
      wiped: () => { const own = createHash('sha256').update('other').digest(); kept.push(own.fill(0)) },
    }
    ways[process.argv[1]]()
    console.log('ready')
    setInterval(() => kept, 1000)
  `
  const secret = (): Uint8Array => {
    return Uint8Array.from(Buffer.concat(['a', 'b'].map((part) => createHash('sha256').update(`seed${part}`).digest())))
  }
  const started = async (way: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', PROGRAM, way], { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    return child
  }

  it.each(['buffer', 'string', 'key', 'freed'])('is found in a %s', async (way) => {
    const child = await started(way)
    try {
      expect(searchMemory(canaryIndex([secret()]), child.pid ?? 0).length).toBeGreaterThan(0)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it('is not found where it never was', async () => {
    const child = await started('wiped')
    try {
      expect(searchMemory(canaryIndex([secret()]), child.pid ?? 0)).toEqual([])
    } finally {
      child.kill('SIGKILL')
    }
  })
})
