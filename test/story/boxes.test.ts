import { readFileSync } from 'node:fs'

import { exportSample, type ExportedSample, type ExportedTrack } from '../command/exported-sample'
import { createPlace, removePlaces } from '../command/temporary-place'
import { boxAt, boxesIn, childrenOf, only, type Box } from '../media/boxes'
import { partsOf, placedSamples } from '../media/segments'

const LONG = 60_000
const COMMON_SYSTEM = '1077efecc0b24d02ace33c1e52e2fb4b'
/** Fields of a sample entry that stand before its boxes. @source ISO/IEC 14496-12 §12.1.3, §12.2.3 */
const ENTRY_FIELDS = { video: 78, audio: 28 }
/** Version, flags and entry count of `stsd`. */
const STSD_FIELDS = 8
const SENC_SUBSAMPLES = 0x02
const SUBSAMPLE_BYTES = 6

/** What `senc` says of each sample, read by its definition. @source ISO/IEC 23001-7 §7.2.1 */
interface SampleInformation {
  readonly bytes: number
  readonly covered: number | undefined
}

const informationOf = (senc: Box, ivBytes: number): ReadonlyArray<SampleInformation> => {
  const flags = senc.body.readUIntBE(1, 3)
  const found: SampleInformation[] = []
  let at = 8
  while (at < senc.body.length) {
    const from = at
    at += ivBytes
    let covered: number | undefined
    if ((flags & SENC_SUBSAMPLES) !== 0) {
      const count = senc.body.readUInt16BE(at)
      at += 2
      covered = 0
      for (let each = 0; each < count; each += 1, at += SUBSAMPLE_BYTES) {
        covered += senc.body.readUInt16BE(at) + senc.body.readUInt32BE(at + 2)
      }
    }
    found.push({ bytes: at - from, covered })
  }
  expect(found).toHaveLength(senc.body.readUInt32BE(4))
  return found
}

/** What the one entry of the edit list trims, in units of the track. @source ISO/IEC 14496-12, 8.6.6 */
const mediaTimeOf = (bytes: Buffer): number => {
  const elst = boxAt(bytes, 'moov', 'trak', 'edts', 'elst').body
  expect(elst.readUInt32BE(4)).toBe(1)
  return elst[0] === 1 ? Number(elst.readBigInt64BE(16)) : elst.readInt32BE(12)
}

describe('the boxes of the exported tracks', () => {
  let made: ExportedSample

  beforeAll(async () => {
    made = await exportSample(createPlace())
  }, LONG)
  afterAll(removePlaces)

  describe.each(['video', 'audio'] as const)('%s', (kind) => {
    let track: ExportedTrack
    let bytes: Buffer
    let entry: Box

    beforeAll(() => {
      track = made[kind]
      bytes = readFileSync(track.path)
      const stsd = boxAt(bytes, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd')
      ;[entry] = childrenOf(bytes, stsd, STSD_FIELDS) as [Box]
    })

    const protection = (): ReadonlyArray<Box> =>
      childrenOf(bytes, only(childrenOf(bytes, entry, ENTRY_FIELDS[kind]), 'sinf'))

    it('has one protected sample entry, which names the format, the scheme and its version', () => {
      expect(entry.type).toBe(kind === 'video' ? 'encv' : 'enca')
      expect(only(protection(), 'frma').body.toString('latin1')).toBe(kind === 'video' ? 'avc1' : 'mp4a')
      const schm = only(protection(), 'schm').body
      expect(schm.toString('latin1', 4, 8)).toBe('cenc')
      expect(schm.readUInt32BE(8)).toBe(0x10000)
    })

    it('has the key ID of export.json in tenc, with IVs of 8 or 16 bytes and no pattern', () => {
      const tenc = only(childrenOf(bytes, only(protection(), 'schi')), 'tenc').body
      const [version, pattern, isProtected, ivBytes] = [tenc[0], tenc[5], tenc[6], tenc[7]]
      expect({ version, pattern, isProtected }).toEqual({ version: 0, pattern: 0, isProtected: 1 })
      expect([8, 16]).toContain(ivBytes)
      expect(tenc.toString('hex', 8, 24)).toBe(track.keyId)
    })

    it('has a pssh of the common system, version 1, with that key ID and no data', () => {
      const { body } = boxAt(bytes, 'moov', 'pssh')
      expect(body[0]).toBe(1)
      expect(body.toString('hex', 4, 20)).toBe(COMMON_SYSTEM)
      expect(body.readUInt32BE(20)).toBe(1)
      expect(body.toString('hex', 24, 40)).toBe(track.keyId)
      expect(body.readUInt32BE(40)).toBe(0)
      expect(body).toHaveLength(44)
    })

    it('has sample information whose place, sizes and lengths agree with the samples', () => {
      const ivBytes = only(childrenOf(bytes, only(protection(), 'schi')), 'tenc').body[7] ?? 0
      const samples = placedSamples(bytes)
      let sample = 0
      const moofs = boxesIn(bytes).filter(({ type }) => type === 'moof')
      for (const moof of moofs) {
        const traf = childrenOf(bytes, only(childrenOf(bytes, moof), 'traf'))
        const senc = only(traf, 'senc')
        const saio = only(traf, 'saio').body
        const saiz = only(traf, 'saiz').body
        const information = informationOf(senc, ivBytes)
        // default-base-is-moof: offsets count from the moof. The first IV stands behind size, type, flags and count.
        expect(only(traf, 'tfhd').body.readUIntBE(1, 3) & 0x020001).toBe(0x020000)
        expect(saio.readUIntBE(0, 4)).toBe(0)
        expect(saio.readUInt32BE(4)).toBe(1)
        expect(moof.at + saio.readUInt32BE(8)).toBe(senc.at + 16)
        expect(saiz.readUInt32BE(5)).toBe(information.length)
        const sizes = information.map((_, index) => (saiz[4] === 0 ? saiz[9 + index] : saiz[4]))
        expect(sizes).toEqual(information.map((each) => each.bytes))
        for (const { covered } of information) {
          const placed = samples[sample]
          if (covered !== undefined) expect(covered).toBe(placed?.size)
          expect(placed?.offset).toBeGreaterThanOrEqual(moof.end + 8)
          sample += 1
        }
      }
      expect(sample).toBe(kind === 'video' ? 125 : 236)
      expect(samples).toHaveLength(sample)
    })

    it('begins each segment with a sync sample, and each fragment at the decode time of tfdt', () => {
      const samples = placedSamples(bytes)
      const tops = boxesIn(bytes)
      const { init, segments } = partsOf(bytes)
      const begins = new Set(segments.map(([from]) => from))
      expect(begins.has(init)).toBe(true)
      for (const moof of tops.filter(({ type }) => type === 'moof')) {
        const data = tops.find(({ at }) => at === moof.end)
        const first = samples.find(({ offset }) => offset === moof.end + 8)
        expect(data?.type).toBe('mdat')
        if (begins.has(moof.at)) expect(first?.is_sync).toBe(true)
        expect(first).toBeDefined()
        const tfdt = only(childrenOf(bytes, only(childrenOf(bytes, moof), 'traf')), 'tfdt').body
        expect(first?.dts).toBe(tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4))
      }
    })
  })

  it('presents the nth picture at n / 25 s from 0', () => {
    const bytes = readFileSync(made.video.path)
    const skipped = mediaTimeOf(bytes)
    const times = placedSamples(bytes).map(({ cts, timescale }) => (cts - skipped) / timescale)
    expect(times.sort((a, b) => a - b)).toEqual(Array.from({ length: 125 }, (_, index) => index / 25))
  })

  it('skips the 1024 instants of priming of the sound, and counts them at 48 kHz', () => {
    const bytes = readFileSync(made.audio.path)
    expect(mediaTimeOf(bytes)).toBe(1024)
    const samples = placedSamples(bytes)
    expect(samples.map(({ dts }) => dts)).toEqual(samples.map((_, index) => index * 1024))
    expect(samples[0]?.timescale).toBe(48_000)
  })
})
