import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyId } from '@custody/core/identity'
import { canaryIndex, madeAsf, plantCanary, searchFiles, type MadeMedia } from '@custody/pipeline/testing'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { canaryMedia, protectedParts, writeSecrets } from './testing/canary-media'
import { watchProcess, type WatchedProcess } from '../systems/clear-key/testing/watched-process'
import type { KeyFile, WatchedArguments, WatchedTransfer } from '../systems/clear-key/testing/watched-program'

jest.setTimeout(240_000)

/** For each scheme; a night has twenty. */
const EVERYDAY_RUNS = 1
const PACKET_SIZE = 1500
const KEY_BYTES = 16
const SCHEMES = ['cenc', 'cbcs'] as const

const seeds = fc.integer({ min: 0, max: 0x7fff_ffff })

const keyIdOf = (bytes: Uint8Array): KeyId => Buffer.from(bytes).toString('hex') as KeyId

describe('P1, R3, R4: a transfer', () => {
  let root: string
  let folders = 0

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'custody-clear-'))
  })
  afterAll(() => {
    rmSync(root, { recursive: true, force: true })
  })

  /** A place with a clear file, keys, and nothing else; all secrets lie in `given`. */
  const bench = async (media: MadeMedia) => {
    const folder = join(root, String((folders += 1)))
    const path = (...names: ReadonlyArray<string>): string => join(folder, ...names)
    for (const name of ['', 'given', 'home', 'temporary', 'made']) mkdirSync(path(name))
    writeFileSync(path('given', 'clear.asf'), await madeAsf(media, { packetSize: PACKET_SIZE }))
    const planted: Uint8Array[] = []
    const key = (name: string): KeyFile => {
      const bytes = plantCanary(KEY_BYTES)
      planted.push(bytes)
      writeFileSync(path('given', name), bytes)
      return { keyId: keyIdOf(plantCanary(KEY_BYTES)), file: path('given', name) }
    }
    const content = key('content.key')
    const targets = new Map(SCHEMES.map((scheme) => [scheme, media.tracks.map(({ number }) => key(`${scheme}-${String(number)}.key`))]))
    const watch = (
      scheme: 'cenc' | 'cbcs',
      transfers: ReadonlyArray<WatchedTransfer>,
      more: Pick<WatchedArguments, 'leak'> = {}
    ): Promise<WatchedProcess> => {
      const secrets = [...protectedParts(media, scheme), ...planted]
      const file = path('given', 'secrets')
      writeSecrets(file, secrets)
      const told = { directory: path('home'), machineFile: path('made', 'machine'), transfers, ...more }
      return watchProcess(told, { index: canaryIndex(planted), file }, path('temporary'))
    }
    const filesHold = (scheme: 'cenc' | 'cbcs') => {
      const all = [canaryIndex(protectedParts(media, scheme), { spellings: 'raw' }), canaryIndex(planted)]
      return all.flatMap((index) => ['home', 'temporary', 'made'].flatMap((name) => searchFiles(index, path(name))))
    }
    return { path, content, targets, watch, filesHold }
  }

  const transfersOf = ({ path, content, targets }: Awaited<ReturnType<typeof bench>>, scheme: (typeof SCHEMES)[number]) => {
    const clear = path('given', 'clear.asf')
    const guarded = path('made', 'guarded.asf')
    return {
      protect: { to: 'protect' as const, keys: [content], input: clear, output: guarded },
      exporting: { to: scheme, keys: targets.get(scheme) ?? [], input: guarded, output: path('made', 'package') },
    }
  }

  const cut = (file: string): string => {
    copyFileSync(file, `${file}.cut`)
    truncateSync(`${file}.cut`, statSync(file).size - PACKET_SIZE - 100)
    return `${file}.cut`
  }

  /** One that is cancelled, one that fails, one that is whole. */
  const inTurn = (transfer: Omit<WatchedTransfer, 'ends'>): ReadonlyArray<WatchedTransfer> => [
    { ...transfer, ends: 'cancelled' },
    { ...transfer, input: cut(transfer.input), ends: 'failed' },
    { ...transfer, ends: 'whole' },
  ]

  const NOTHING = { emitted: [], heap: [], said: [], signal: null }

  it.each(SCHEMES)('to %s leaves nothing clear in what it emits, in files, on the heap and in live buffers, however it ends', async (scheme) => {
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const made = await bench(canaryMedia(seed))
        const { protect, exporting } = transfersOf(made, scheme)
        expect(await made.watch(scheme, inTurn(protect))).toMatchObject(NOTHING)
        expect(await made.watch(scheme, inTurn(exporting))).toMatchObject(NOTHING)
        const killed = { ...exporting, output: made.path('made', 'killed'), ends: 'killed' as const }
        expect(await made.watch(scheme, [killed])).toMatchObject({ said: [], signal: 'SIGKILL' })
        expect(readdirSync(made.path('made', 'package'))).toContain('video.mp4')
        expect(made.filesHold(scheme)).toEqual([])
      }),
      { numRuns: runs(EVERYDAY_RUNS), endOnFailure: true }
    )
  })

  it('that keeps clear bytes, or tells of a key, is found out by the same search', async () => {
    const made = await bench(canaryMedia(1))
    const { protect } = transfersOf(made, 'cenc')
    const whole = [{ ...protect, ends: 'whole' as const }]
    expect((await made.watch('cenc', whole, { leak: 'bytes' })).heap).toContain('raw in an array buffer on the heap')
    expect((await made.watch('cenc', whole, { leak: 'event' })).emitted.join()).toContain('hex')
    copyFileSync(made.path('given', 'content.key'), made.path('temporary', 'left'))
    expect(made.filesHold('cenc')).toHaveLength(1)
  })
})
