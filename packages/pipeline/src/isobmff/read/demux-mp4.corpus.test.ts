import { createHash, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { corpusFolder, whenInstalled } from '../../../../../test/gate/when-installed'
import { commonEncryption } from '../../cipher/common-encryption/common-encryption'
import { collectingMp4Receiver, type CollectedSample } from '../testing/collecting-mp4-receiver'
import { memorySource } from '../testing/memory-source'
import { demuxMp4 } from './demux-mp4'

interface Vector {
  readonly id: string
  readonly files: ReadonlyArray<{ readonly path: string }>
  readonly keys: Readonly<Record<string, string>>
  readonly negative?: boolean
  readonly tracks?: Readonly<Record<string, { readonly samples: number; readonly clearSha256: string; readonly protectedSha256: string }>>
}

const folder = join(corpusFolder() ?? '', 'thirdparty')
const VECTORS: ReadonlyArray<Vector> =
  corpusFolder() === undefined
    ? []
    : (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { readonly vectors: ReadonlyArray<Vector> }).vectors
const STEP = 1000

const read = async ({ files }: Vector) => {
  const bytes = Buffer.concat(files.map(({ path }) => readFileSync(join(folder, path))))
  const receiver = collectingMp4Receiver()
  const report = await demuxMp4(memorySource(new Uint8Array(bytes), STEP), receiver)()
  return E.map(() => receiver.samples)(report)
}

const digestOf = (samples: ReadonlyArray<Uint8Array>): string => {
  const hash = createHash('sha256')
  samples.forEach((sample) => hash.update(sample))
  return hash.digest('hex')
}

const opened = ({ bytes, protection }: CollectedSample, keys: Vector['keys']): Uint8Array => {
  if (protection === undefined) return bytes
  const { scheme, keyId, ...how } = protection
  const key = createSecretKey(Buffer.from(keys[keyId] ?? '', 'hex'))
  const sample = bytes.slice()
  commonEncryption(scheme, key).decrypt(sample, how)
  return sample
}

whenInstalled('corpus').describe('files of other packagers', () => {
  const positive = VECTORS.filter(({ negative }) => negative !== true)

  it('are all there, of every kind', () => {
    expect(VECTORS).toHaveLength(13)
    expect(positive).toHaveLength(12)
  })

  it.each(positive.map((vector) => [vector.id, vector] as const))('%s: its samples open to the digest of each track', async (_, vector) => {
    const samples = await read(vector)
    if (E.isLeft(samples)) throw new Error(JSON.stringify(samples.left))
    for (const [track, expected] of Object.entries(vector.tracks ?? {})) {
      const own = samples.right.filter((sample) => sample.track === Number(track))
      expect({ track, samples: own.length, digest: digestOf(own.map(({ bytes }) => bytes)) }).toEqual({
        track,
        samples: expected.samples,
        digest: expected.protectedSha256,
      })
      expect(digestOf(own.map((sample) => opened(sample, vector.keys)))).toBe(expected.clearSha256)
    }
  })

  it('are refused by name where the protected samples have nothing that opens them', async () => {
    for (const vector of VECTORS.filter(({ negative }) => negative === true)) {
      const samples = await read(vector)
      expect(samples).toMatchObject(E.left({ type: 'SampleInfoMissing', at: expect.any(Number), track: 1 }))
    }
  })
})
