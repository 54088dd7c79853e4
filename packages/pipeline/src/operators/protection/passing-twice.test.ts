import { createSecretKey } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import { lastValueFrom, toArray } from 'rxjs'

import { SCHEME_CENC, SCHEME_MCE } from '../../batch/schemes'
import type { Clear, Content } from '../../batch/state'
import { readingSink, type ReadRow } from '../../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { commonEncryption, type CommonScheme } from '../../cipher/common-encryption/common-encryption'
import { faultOf } from '../../fault/testing/fault-of'
import { createPool } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { protect } from './protect'
import { temporaryHome, type GivenKey, type TemporaryHome } from './testing/temporary-home'
import { transcrypt } from './transcrypt'
import type { TranscryptTrack } from './transcrypt-target'

const given = (digit: string): GivenKey => ({ keyId: digit.repeat(32) as KeyId, key: `${digit}5`.repeat(16) })
const [FIRST, SECOND, THIRD] = [given('1'), given('2'), given('3')]
const COUNTERS = { from: 1n, to: 1n << 20n }
const PATTERN = { crypt: 1, skip: 2 }

const SAMPLES: ReadonlyArray<GivenSample> = [3, 200, 16, 65].map((length, index) => ({
  bytes: Uint8Array.from({ length }, (_, at) => index * 50 + at),
}))

const opened = (rows: ReadonlyArray<ReadRow>, scheme: CommonScheme, { key }: GivenKey): ReadonlyArray<Uint8Array> => {
  const cipher = commonEncryption(scheme, createSecretKey(Buffer.from(key, 'hex')))
  return rows.map(({ bytes, iv }) => {
    const sample = bytes.slice()
    cipher.decrypt(sample, { iv: Buffer.from(iv, 'hex'), ...(scheme === 'cens' && { pattern: PATTERN }) })
    return sample
  })
}

const only = (track: TranscryptTrack) => ({ tracks: new Map([[1, track]]) })

describe('samples that pass one operator after another', () => {
  let place: TemporaryHome
  beforeEach(async () => {
    place = await temporaryHome()
  })
  afterEach(() => place.remove())

  it('are those that were protected: the second takes off what the first put on', async () => {
    const license = await place.license(FIRST.keyId, FIRST.key)
    const { grant: protecting } = await place.protection(license)
    const { grant: exporting } = await place.exporting(FIRST.keyId, [SECOND])
    const pool = createPool()
    const run = runPipeline(
      pool,
      sampleSource<Clear>(pool, SAMPLES, { state: 'clear' }),
      protect(protecting, { keyId: FIRST.keyId, scheme: 'mce', counters: COUNTERS }),
      transcrypt(exporting, only({ keyId: SECOND.keyId, scheme: 'cenc', form: 'whole', counters: COUNTERS })),
      readingSink()
    )
    const rows = (await lastValueFrom(run.pipe(toArray()))).flat()
    expect(opened(rows, 'cenc', SECOND)).toEqual(SAMPLES.map(({ bytes }) => bytes))
  })

  it('are the same after two transcryptions, with the pattern of the one between', async () => {
    await place.license(FIRST.keyId, FIRST.key)
    const other = await place.license(THIRD.keyId, THIRD.key)
    const { grant: exporting } = await place.exporting(FIRST.keyId, [SECOND])
    const importing = await place.importing(other, [SECOND], 'mce')
    const cipher = commonEncryption('cenc', createSecretKey(Buffer.from(FIRST.key, 'hex')))
    const covered = SAMPLES.map(({ bytes }, index): GivenSample => {
      const id = Uint8Array.from({ length: 16 }, (_, at) => (at === 7 ? index + 1 : 0))
      const sample = bytes.slice()
      cipher.encrypt(sample, { iv: id })
      return { bytes: sample, id, scheme: SCHEME_MCE }
    })
    const pool = createPool()
    const run = runPipeline(
      pool,
      sampleSource<Content>(pool, covered, { state: 'content' }),
      transcrypt(exporting, only({ keyId: SECOND.keyId, scheme: 'cens', pattern: PATTERN, form: 'whole', counters: COUNTERS })),
      transcrypt(importing, only({ keyId: THIRD.keyId, scheme: 'mce', form: 'whole', counters: COUNTERS })),
      readingSink()
    )
    const rows = (await lastValueFrom(run.pipe(toArray()))).flat()
    expect(opened(rows, 'cenc', THIRD)).toEqual(SAMPLES.map(({ bytes }) => bytes))
  })

  it('P5: are refused when they say that they are under the key of the target', async () => {
    await place.license(FIRST.keyId, FIRST.key)
    const { grant } = await place.exporting(FIRST.keyId, [SECOND])
    const pool = createPool()
    const id = Uint8Array.from({ length: 16 }, (_, at) => (at === 7 ? 1 : 0))
    const named = SAMPLES.slice(1, 2).map((sample): GivenSample => ({ ...sample, id, scheme: SCHEME_CENC }))
    const protections = [{ scheme: SCHEME_CENC, keyId: SECOND.keyId }]
    const source = sampleSource<Content>(pool, named, { state: 'content', protections })
    const target = only({ keyId: SECOND.keyId, scheme: 'cenc', form: 'whole', counters: COUNTERS })
    expect(await faultOf(runPipeline(pool, source, transcrypt(grant, target), readingSink()))).toMatchObject({
      type: 'GrantRefused',
      fault: { type: 'GrantForged' },
    })
  })
})
