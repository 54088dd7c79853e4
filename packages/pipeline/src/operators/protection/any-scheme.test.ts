import { createHash, createSecretKey } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import fc from 'fast-check'
import { lastValueFrom, toArray } from 'rxjs'

import { runs } from '../../../../../test/gate/runs'
import { schemeNumber } from '../../batch/schemes'
import type { Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { cocktailUnder } from '../../cipher/cocktail/cocktail'
import { commonEncryption, type CommonScheme } from '../../cipher/common-encryption/common-encryption'
import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { dirtyBytes } from '../../lease/testing/pool-memory'
import { temporaryHome, type TemporaryHome } from './testing/temporary-home'
import { transcrypt } from './transcrypt'
import type { TranscryptTrack } from './transcrypt-target'

type Name = CommonScheme | 'mce' | 'cocktail' | 'none'
const SOURCES: ReadonlyArray<Name> = ['none', 'mce', 'cenc', 'cens', 'cbc1', 'cbcs', 'cocktail']
const TARGETS: ReadonlyArray<Exclude<Name, 'none'>> = ['mce', 'cenc', 'cens', 'cbc1', 'cbcs', 'cocktail']

const PATTERN = { crypt: 2, skip: 3 }
const COUNTERS = { from: 1n, to: 1n << 40n }
const PACKET = 300
const KEY_BYTES: Readonly<Record<'aes' | 'classic', string>> = { aes: '5a'.repeat(8) + 'c3'.repeat(8), classic: '07'.repeat(7) }
const keyHex = (scheme: Name): string => KEY_BYTES[scheme === 'cocktail' ? 'classic' : 'aes']
const sourceId = (scheme: Name): KeyId => `0${String(SOURCES.indexOf(scheme))}`.repeat(16) as KeyId
const targetId = (scheme: Name): KeyId => `f${String(SOURCES.indexOf(scheme))}`.repeat(16) as KeyId
/** Another key than the source's. */
const targetHex = (scheme: Name): string => (scheme === 'cocktail' ? '08'.repeat(7) : '77'.repeat(16))

const patternOf = (scheme: Name): { readonly pattern?: typeof PATTERN } => (scheme === 'cens' || scheme === 'cbcs' ? { pattern: PATTERN } : {})

/** A sample with what seals or opens it. */
interface Keyed {
  readonly bytes: Uint8Array
  readonly iv: Uint8Array
  readonly ranges: SampleRanges | undefined
  /** Hex. */
  readonly key: string
}

/** Seals or opens a copy of a sample by the ciphers themselves, which their vectors prove. */
const through = (way: 'encrypt' | 'decrypt', scheme: Name, { bytes, iv, ranges, key }: Keyed): Uint8Array => {
  const sample = bytes.slice()
  if (scheme === 'none') return sample
  if (scheme === 'cocktail') {
    const cipher = cocktailUnder(createHash('sha1').update(Buffer.from(key, 'hex')).digest())
    let at = 0
    for (const unit of Array.from(ranges?.protected ?? []).slice(ranges?.first, (ranges?.first ?? 0) + (ranges?.count ?? 0))) {
      cipher[way](sample, at, at + unit)
      at += unit
    }
    expect(at).toBe(sample.length)
    return sample
  }
  const cipher = commonEncryption(scheme === 'mce' ? 'cenc' : scheme, createSecretKey(Buffer.from(key, 'hex')))
  cipher[way](sample, { iv, ...(ranges && { ranges }), ...patternOf(scheme) })
  return sample
}

interface Made {
  readonly bytes: Uint8Array
  readonly cuts: ReadonlyArray<readonly [clear: number, covered: number]>
  readonly track: 1 | 2
}

const made: fc.Arbitrary<Made> = fc
  .record({
    cuts: fc.array(fc.tuple(fc.nat(40), fc.nat(200)), { maxLength: 4 }),
    fill: fc.nat(255),
    track: fc.constantFrom(1 as const, 2 as const),
  })
  .map(({ cuts, fill, track }) => ({
    cuts,
    track,
    bytes: Uint8Array.from({ length: cuts.reduce((sum, [clear, covered]) => sum + clear + covered, 0) }, (_, index) => fill ^ (index * 7)),
  }))
  .filter(({ bytes }) => bytes.length > 0)

/** The ranges that a source of the scheme has: runs of clear and protected bytes, units, or none. */
const rangesFor = (scheme: Name, { cuts }: Made): SampleRanges | undefined => {
  if (scheme === 'none' || scheme === 'mce') return undefined
  const units = cuts.flatMap(([clear, covered]) => [clear, covered]).filter((length) => length > 0)
  return scheme === 'cocktail'
    ? { clear: new Uint8Array(units.length), protected: units, first: 0, count: units.length }
    : { clear: cuts.map(([clear]) => clear), protected: cuts.map(([, covered]) => covered), first: 0, count: cuts.length }
}

const rangesOfRow = ({ ranges }: ReadRow): SampleRanges | undefined =>
  ranges.length === 0
    ? undefined
    : { clear: ranges.map(([clear]) => clear), protected: ranges.map(([, covered]) => covered), first: 0, count: ranges.length }

const targetTrack = (scheme: Exclude<Name, 'none'>): TranscryptTrack => {
  const common = { keyId: targetId(scheme), form: 'whole' } as const
  if (scheme === 'cocktail') return { ...common, scheme, packetSize: PACKET }
  if (scheme === 'cbcs') return { ...common, scheme, constantIv: new Uint8Array(16).fill(9), ...patternOf(scheme) }
  return { ...common, scheme, counters: COUNTERS, ...patternOf(scheme) }
}

describe('P2: samples between any two schemes', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => place.remove())

  const pairs = SOURCES.flatMap((from) => TARGETS.map((to) => [from, to] as const))

  it.each(pairs)('from %s to %s they are the same', async (from, to) => {
    await place.license(sourceId(from), keyHex(from))
    await fc.assert(
      fc.asyncProperty(fc.array(made, { minLength: 1, maxLength: 12 }), async (samples) => {
        const ivs = samples.map((_, index) => Uint8Array.from({ length: 16 }, (_each, at) => (at === 7 ? index + 1 : 0)))
        const given = samples.map((sample, index): GivenSample => {
          const [iv, ranges] = [ivs[index] ?? new Uint8Array(16), rangesFor(from, sample)]
          const bytes = through('encrypt', from, { bytes: sample.bytes, iv, ranges, key: keyHex(from) })
          return { bytes, track: sample.track, id: iv, scheme: schemeNumber(from), ...(ranges && { ranges }) }
        })
        const { grant } = await place.exporting(sourceId(from), [{ keyId: targetId(to), key: targetHex(to) }])
        const pool = createPool({ batchBytes: 700 })
        const protections = [1, 2].map(() => ({ scheme: schemeNumber(from), ...patternOf(from) }))
        const source = sampleSource<Content>(pool, given, { state: 'content', protections })
        const only = targetTrack(to)
        const half = 'counters' in only ? { ...only, counters: { from: 1n << 20n, to: 1n << 30n } } : only
        const first = 'counters' in only ? { ...only, counters: { from: 1n, to: 1n << 20n } } : only
        const tracks = new Map([
          [1, first],
          [2, half],
        ])
        const rows = (await lastValueFrom(runPipeline(pool, source, transcrypt(grant, { tracks }), readingSink()).pipe(toArray()))).flat()
        const opened = rows.map((row) =>
          through('decrypt', to, { bytes: row.bytes, iv: Buffer.from(row.iv, 'hex'), ranges: rangesOfRow(row), key: targetHex(to) })
        )
        expect(opened.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
          samples.map(({ bytes }) => Buffer.from(bytes).toString('hex'))
        )
        expect(rows.map(({ track }) => track)).toEqual(samples.map(({ track }) => track))
        expect(new Set(rows.map(({ scheme }) => scheme))).toEqual(new Set([schemeNumber(to)]))
        expect(rows.every(({ ranges }) => (to === 'cocktail' ? ranges.length > 0 : ranges.length === 0))).toBe(true)
        expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
      }),
      { numRuns: runs(4) }
    )
  })

  it('a last group with too few blocks is opened as it was read, and comes out otherwise in the other reading', async () => {
    await place.license(sourceId('cbcs'), keyHex('cbcs'))
    const bytes = Uint8Array.from({ length: 6 * 16 }, (_, at) => at)
    const [iv, ranges] = [new Uint8Array(16), { clear: [0], protected: [bytes.length], first: 0, count: 1 }]
    const covered = bytes.slice()
    const lenient = commonEncryption('cbcs', createSecretKey(Buffer.from(keyHex('cbcs'), 'hex')), { lastGroup: 'clear' })
    lenient.encrypt(covered, { iv, ranges, pattern: PATTERN })
    const opened = async (lastGroup: 'protected' | 'clear'): Promise<string> => {
      const { grant } = await place.exporting(sourceId('cbcs'), [{ keyId: targetId('mce'), key: targetHex('mce') }])
      const pool = createPool()
      const protections = [{ scheme: schemeNumber('cbcs'), pattern: PATTERN, lastGroup }]
      const given = [{ bytes: covered, id: iv, scheme: schemeNumber('cbcs'), ranges }]
      const source = sampleSource<Content>(pool, given, { state: 'content', protections })
      const run = runPipeline(pool, source, transcrypt(grant, { tracks: new Map([[1, targetTrack('mce')]]) }), readingSink())
      const [row] = (await lastValueFrom(run.pipe(toArray()))).flat()
      if (row === undefined) throw new Error('no row')
      const key = { bytes: row.bytes, iv: Buffer.from(row.iv, 'hex'), ranges: undefined, key: targetHex('mce') }
      return Buffer.from(through('decrypt', 'mce', key)).toString('hex')
    }
    expect(await opened('clear')).toBe(Buffer.from(bytes).toString('hex'))
    expect(await opened('protected')).not.toBe(Buffer.from(bytes).toString('hex'))
  })
})
