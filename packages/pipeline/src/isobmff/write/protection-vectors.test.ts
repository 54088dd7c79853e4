import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { ffmpeg } from '../testing/ffmpeg-run'
import { fileOf } from '../testing/file-of'
import type { FragmentCrypto } from './fragment'
import type { Mp4Track, ProtectionScheme } from './mp4-track'

interface Case {
  readonly id: string
  readonly scheme: ProtectionScheme
  readonly key: string
  readonly kid: string
  readonly iv?: string
  readonly constantIv?: string
  readonly perSampleIvSize: 0 | 8 | 16
  readonly pattern: { readonly crypt: number; readonly skip: number }
  readonly subsamples: ReadonlyArray<{ readonly clear: number; readonly protected: number }> | null
  readonly plaintext: string
  readonly ciphertext: string
  readonly tencBox: string
}

interface Group {
  readonly group: string
  readonly sencBox?: string | null
  readonly cases: ReadonlyArray<Case>
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, '../../../../../test/vectors/cenc.json'), 'utf8')
) as { readonly groups: ReadonlyArray<Group> }

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

const trackOf = ({ scheme, kid, perSampleIvSize, constantIv, pattern }: Case): Mp4Track => ({
  trackId: 1,
  kind: 'audio',
  timescale: 44_100,
  sampleEntry: { type: 'mp4a', audioSpecificConfig: Uint8Array.of(0x12, 0x10), bitrate: 0 },
  audio: { channels: 2, sampleRate: 44_100 },
  pssh: [],
  protection: {
    scheme,
    keyId: kid,
    ivSize: perSampleIvSize,
    ...(constantIv === undefined ? {} : { constantIv: bytesOf(constantIv) }),
    ...(pattern.crypt === 0 ? {} : { pattern }),
  },
})

const cryptoOf = (first: Case, cases: ReadonlyArray<Case>): FragmentCrypto => {
  const ivs = bytesOf(cases.map(({ iv }) => iv ?? '').join(''))
  if (first.subsamples === null) return { ivSize: first.perSampleIvSize, ivs }
  const runs = cases.map(({ subsamples }) => subsamples ?? [])
  const starts = runs.reduce<ReadonlyArray<number>>((all, list) => [...all, (all.at(-1) ?? 0) + list.length], [0])
  const subsamples = {
    first: starts,
    clear: runs.flat().map(({ clear }) => clear),
    protected: runs.flat().map((run) => run.protected),
  }
  return { ivSize: first.perSampleIvSize, ivs, subsamples }
}

const groups = vectors.groups.flatMap(({ group, sencBox, cases }) => {
  const [first] = cases
  if (first === undefined) return []
  const count = cases.length
  const fragment = {
    sequence: 1,
    trackId: 1,
    baseDecodeTime: 0,
    durations: new Uint32Array(count).fill(1024),
    sync: new Uint8Array(count).fill(1),
    crypto: cryptoOf(first, cases),
  }
  const samples = cases.map(({ ciphertext }) => bytesOf(ciphertext))
  const file = fileOf(trackOf(first), [{ fragment, samples }])
  return [{ group, first, sencBox, file, plaintext: cases.map((vector) => vector.plaintext).join('') }]
})

describe('boxes of the Common Encryption vectors', () => {
  it.each(groups)('$group: tenc is the same, byte for byte', ({ first, file }) => {
    expect(Buffer.from(file).toString('hex')).toContain(first.tencBox)
  })

  it.each(groups.filter(({ sencBox }) => typeof sencBox === 'string'))(
    '$group: senc is the same, byte for byte',
    ({ sencBox, file }) => {
      expect(Buffer.from(file).toString('hex')).toContain(sencBox)
    }
  )
})

whenInstalled('ffmpeg').describe('samples of the Common Encryption vectors in our boxes', () => {
  // A pipe: ffmpeg 5.1 takes the wrong IVs from fragmented files that it can seek.
  it.each(groups)('$group: ffmpeg decrypts them to the plaintext', ({ first, file, plaintext }) => {
    const read = ffmpeg(file, '-decryption_key', first.key, '-i', '-', '-c', 'copy', '-f', 'data', '-map', '0', '-')
    expect(read.toString('hex')).toBe(plaintext)
  })
})
