import { createSecretKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { commonEncryption } from '../../cipher/common-encryption/common-encryption'
import { demuxMp4 } from '../read/demux-mp4'
import { collectingMp4Receiver } from '../testing/collecting-mp4-receiver'
import { encodeTrack, headerOf, SOUND, type EncodedTrack } from '../testing/encoded-track'
import { fileOf } from '../testing/file-of'
import { memorySource } from '../testing/memory-source'
import { boxAt, mp4boxBoxes } from '../testing/mp4box-boxes'
import { ffmpegPackets, hashOf } from '../testing/read-packets'
import { KEY, KEY_ID, sealSamples } from '../testing/sealed-track'
import { packagedByShaka } from '../testing/shaka-packager'
import { buildPssh } from './build-pssh'
import type { FragmentCrypto } from './fragment'
import type { TrackProtection } from './mp4-track'

const OTHER_KEY = 'ffeeddccbbaa99887766554433221100'
const OTHER_ID = '11111111222233334444555555555555'
const OF_TRACK: TrackProtection = { scheme: 'cenc', keyId: KEY_ID, ivSize: 8 }
const OTHER: TrackProtection = { ...OF_TRACK, keyId: OTHER_ID }
const FIRST = 20
const SYSTEM = '9a04f07998404286ab92e65be0885f95'

whenInstalled('ffmpeg').describe('what a fragment says beside senc', () => {
  let folder: string
  let sound: EncodedTrack
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-rotation-'))
    sound = encodeTrack(folder, 'a.mp4', ...SOUND, '-c:a', 'aac')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const fragmentOf = (crypto: FragmentCrypto) => ({
    sequence: 1,
    trackId: 1,
    baseDecodeTime: 0,
    durations: sound.samples.map(({ duration }) => duration),
    sync: sound.samples.map(() => 1),
    crypto,
  })
  const hashes = () => sound.samples.map(({ bytes }) => hashOf(bytes))

  const opened = async (file: Uint8Array): Promise<ReadonlyArray<string>> => {
    const receiver = collectingMp4Receiver()
    const report = await demuxMp4(memorySource(file), receiver)()
    if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
    return receiver.samples.map(({ bytes, protection }) => {
      if (protection === undefined) throw new Error('a clear sample')
      const key = protection.keyId === OTHER_ID ? OTHER_KEY : KEY
      const sample = bytes.slice()
      commonEncryption(protection.scheme, createSecretKey(Buffer.from(key, 'hex'))).decrypt(sample, protection)
      return hashOf(sample)
    })
  }

  // FFmpeg takes one key, and Shaka Packager and mediabunny that of the track only: mp4box reads the boxes.
  it('keys change in the middle of it: each sample opens under its own', async () => {
    const rest = sound.samples.length - FIRST
    const parts = [
      sealSamples(sound.samples.slice(0, FIRST), OF_TRACK, false),
      sealSamples(sound.samples.slice(FIRST), OTHER, false, OTHER_KEY),
    ]
    const crypto: FragmentCrypto = {
      ivSize: 8,
      ivs: Buffer.concat(parts.map((part) => part.crypto.ivs)),
      keys: [{ count: FIRST }, { count: rest - 1, protection: OTHER }, { count: 1, protection: OTHER }],
    }
    const samples = parts.flatMap((part) => part.samples)
    const file = fileOf({ ...headerOf(sound), protection: OF_TRACK }, [{ fragment: fragmentOf(crypto), samples }])
    expect(await opened(file)).toEqual(hashes())
    const group = boxAt(mp4boxBoxes(file), 'moof', 'traf', 'sgpd') as unknown as { readonly entries: ReadonlyArray<unknown> }
    expect(group.entries).toHaveLength(1)
    expect(boxAt(mp4boxBoxes(file), 'moof', 'traf', 'sbgp')).toMatchObject({
      entries: [
        { sample_count: FIRST, group_description_index: 0 },
        { sample_count: rest - 1, group_description_index: 0x1_0001 },
        { sample_count: 1, group_description_index: 0x1_0001 },
      ],
    })
  })

  it.each<readonly [string, FragmentCrypto['keys']]>([
    ['fewer samples than there are', [{ count: 1, protection: OTHER }]],
    ['IVs of another size', [{ count: 94, protection: { ...OTHER, ivSize: 16 } }]],
  ])('runs of keys are refused that have %s', (_, keys = []) => {
    const crypto = { ivSize: 8, ivs: new Uint8Array(8 * sound.samples.length), keys } as const
    const samples = sound.samples.map(({ bytes }) => bytes)
    expect(() => fileOf(headerOf(sound), [{ fragment: fragmentOf(crypto), samples }])).toThrow(RangeError)
  })

  it('the boxes of PIFF are read by us, and by Shaka Packager through saiz and saio', async () => {
    const sealed = sealSamples(sound.samples, OF_TRACK, false)
    const data = Uint8Array.of(1, 2, 3)
    const pssh = [buildPssh({ systemId: SYSTEM, data, isPiff: true })]
    const crypto = { ...sealed.crypto, isPiff: true }
    const file = fileOf({ ...headerOf(sound), protection: OF_TRACK, pssh }, [{ fragment: fragmentOf(crypto), samples: sealed.samples }])
    expect(Buffer.from(file).includes('senc')).toBe(false)
    expect(Buffer.from(file).includes(Buffer.from(`a2394f525a9b4f14a2446c427c648df4${'0'.repeat(8)}`, 'hex'))).toBe(true)
    // PIFF 1.1, 5.3.1: version and flags, the system, and its data with their length.
    expect(Buffer.from(pssh[0] ?? []).toString('hex')).toBe(
      `0000003375756964d08a4f1810f34a82b6c832d8aba183d300000000${SYSTEM}00000003010203`
    )
    expect(await opened(file)).toEqual(hashes())
    const path = join(folder, 'piff.mp4')
    writeFileSync(path, file)
    const keys = [`label=:key_id=${KEY_ID}:key=${KEY}`]
    const clear = packagedByShaka(path, 'audio', '--enable_raw_key_decryption', '--keys', keys.join(','))
    expect(ffmpegPackets(clear).map(({ hash }) => hash)).toEqual(hashes())
  })
})
