import { whenInstalled } from '../../../../../test/gate/when-installed'
import { convertedStream, hex, right, sampleUnits, unitsBut, wholeByteBehind } from '../testing/converted-stream'
import { encodeVideo, H265, type EncodedVideo } from '../testing/encoded-video'
import { createHevcConverter } from './hevc-converter'
import { createHevcParameterSets } from './parameter-sets'
import { parseHevcConfiguration } from './parse-hevc-configuration'
import { createSliceSegmentParser } from './parse-slice-header'
import { createSliceSegmentHeader } from './slice-header'

const NONE = new Uint8Array()

/** Slice segments of the MP4 samples in file order, with the bytes that they lie in. */
const segmentsOf = ({ record, samples }: EncodedVideo) => {
  const sets = createHevcParameterSets()
  right(parseHevcConfiguration(record)).units.forEach((unit) => right(sets.learn(unit, 0, unit.length)))
  return samples.flatMap(({ bytes }, sample) =>
    sampleUnits('hevc', bytes)
      .filter(({ type }) => type < 32)
      .map(({ start, end }) => {
        const header = createSliceSegmentHeader()
        right(createSliceSegmentParser().parse(bytes, start, end, sets, header))
        return { sample, bytes, start, end, header }
      })
  )
}

/** FFmpeg keeps delimiters, filler and repeated sets in MP4; here they are left out. */
const LEFT_OUT = [32, 33, 34, 35, 38]

/** The other message of a record: header, payload type 129 (active parameter sets). */
const ACTIVE_SETS = '4e0181'
/** The UUID of what x265 says of itself, once in a stream. */
const X265_SETTINGS = '2ca2de09b51747dbbb55a4fe7fc2fc4e'

const x265 = (settings: string): ReadonlyArray<string> => ['-x265-params', `log-level=none:${settings}`]

type Setting = [name: string, options: ReadonlyArray<string>, size?: string, pictures?: number]

const SETTINGS: ReadonlyArray<Setting> = [
  ['no pictures out of order', x265('bframes=0:ref=3')],
  ['three B pictures, no pyramid', x265('bframes=3:b-adapt=0:b-pyramid=0')],
  ['eight B pictures in a pyramid', x265('bframes=8:b-adapt=0:b-pyramid=1:ref=5')],
  ['weighted prediction of P and B', [...x265('bframes=3:weightp=1:weightb=1:ref=4'), '-vf', 'fade=out:0:30']],
  ['no weighted prediction', x265('bframes=3:weightp=0:weightb=0')],
  ['wavefronts with entry points', x265('ctu=16:wpp=1:bframes=3'), '160x240'],
  ['no wavefronts', x265('no-wpp=1:bframes=2')],
  ['four slices of many rows', x265('ctu=16:slices=4:bframes=2'), '160x240'],
  ['open groups of pictures', x265('open-gop=1:keyint=8:min-keyint=8:scenecut=0:bframes=3')],
  ['closed groups of pictures', x265('open-gop=0:keyint=8:min-keyint=8:scenecut=0:bframes=3')],
  ['decodable leading pictures', x265('open-gop=0:radl=2:keyint=8:min-keyint=8:scenecut=0:bframes=3')],
  ['sub-layers in time', x265('temporal-layers=3:bframes=7:b-adapt=0')],
  ['fields as pictures', x265('interlace=tff:bframes=2')],
  ['4:2:2 of 10 bits', [...x265('bframes=2'), '-pix_fmt', 'yuv422p10le']],
  ['4:4:4 of 12 bits', [...x265('bframes=2'), '-pix_fmt', 'yuv444p12le']],
  ['luma alone', [...x265('bframes=2'), '-pix_fmt', 'gray']],
  ['buffer models', x265('hrd=1:vbv-bufsize=500:vbv-maxrate=500:bframes=2')],
  ['offsets of chroma, transform skip', x265('cbqpoffs=3:crqpoffs=-3:tskip=1:constrained-intra=1:bframes=2')],
  ['other deblocking, no adaptive offset', x265('deblock=-2,3:no-sao=1:bframes=2')],
  ['no filters at all', x265('no-deblock=1:no-sao=1:bframes=2')],
  ['scaling lists', x265('scaling-list=default:bframes=2')],
  ['lossless', x265('lossless=1:bframes=2')],
  ['reference sets in the sequence', x265('multi-pass-opt-rps=1:opt-qp-pps=1:opt-ref-list-length-pps=1:bframes=3')],
  ['sets and delimiters in each group', x265('repeat-headers=1:aud=1:keyint=6:min-keyint=6:scenecut=0:bframes=2')],
  ['intra pictures only', x265('keyint=1')],
  ['sizes that are no whole blocks', x265('bframes=2'), '98x82'],
  ['many pictures of one sequence', x265('bframes=3:keyint=600:log2-max-poc-lsb=4'), '64x64', 150],
]

whenInstalled('ffmpeg').describe('H.265 as x265 writes it', () => {
  describe.each(SETTINGS.map((setting) => ({ name: setting[0], setting })))('$name', ({ setting }) => {
    const [, options, size, pictures] = setting
    let video: EncodedVideo
    beforeAll(() => {
      video = encodeVideo(options, size, pictures ?? 20, H265)
    }, 60_000)

    it('gives the configuration record of FFmpeg', () => {
      const kept = createHevcConverter(video.record)
      expect(hex(kept.configuration() ?? NONE)).toBe(hex(video.record))
      // Where sets stand in the stream, what is said once of all of it stays there and does not move to the record.
      const learned = createHevcConverter(NONE)
      convertedStream(learned, video.units.slice(0, 1))
      expect(hex(learned.configuration() ?? NONE)).toBe(hex(withoutSupplemental(video.record)))
    })

    it('gives the samples of FFmpeg, within 5/4 of the input', () => {
      // The filters to start codes put what stands in the record in front of pictures, each message in a unit of its own.
      const kept = (bytes: Uint8Array): ReadonlyArray<string> =>
        sampleUnits('hevc', bytes)
          .filter(({ type }) => !LEFT_OUT.includes(type))
          .map(({ start, end }) => hex(bytes.subarray(start, end)))
          .filter((unit) => !unit.includes(X265_SETTINGS) && !unit.startsWith(ACTIVE_SETS))
      const written = convertedStream(createHevcConverter(NONE), video.units)
      expect(written.map((sample) => kept(sample.written))).toEqual(video.samples.map(({ bytes }) => kept(bytes)))
    })

    it('passes samples with lengths as they are', () => {
      const written = convertedStream(createHevcConverter(video.record), video.samples.map(({ bytes }) => bytes))
      expect(written.map((sample) => hex(sample.written))).toEqual(
        video.samples.map(({ bytes }) => hex(unitsBut(LEFT_OUT, 'hevc', bytes)))
      )
    })

    it('counts pictures in the order in which they are shown', () => {
      const written = convertedStream(createHevcConverter(NONE), video.units)
      const rows = written.map((sample, index) => ({ ...sample, pts: video.samples[index]?.pts ?? 0 }))
      const starts = rows.flatMap(({ startsSequence }, index) => (startsSequence ? [index] : []))
      expect(starts[0]).toBe(0)
      starts.forEach((start, index) => {
        const run = rows.slice(start, starts[index + 1])
        const byOrder = [...run].sort((a, b) => a.pictureOrder - b.pictureOrder).map(({ pts }) => pts)
        expect(byOrder).toEqual(run.map(({ pts }) => pts).sort((a, b) => a - b))
        expect(new Set(run.map(({ pictureOrder }) => pictureOrder)).size).toBe(run.length)
      })
      expect(rows.map(({ idr }) => idr)).toEqual(video.samples.map(({ key }) => key))
    })

    it('reads slice segment headers as FFmpeg does, to the bit', () => {
      const segments = segmentsOf(video)
      expect(segments).toHaveLength(video.slices.length)
      segments.forEach(({ header, bytes, start }, index) => {
        const { fields = {}, bits = 0 } = video.slices[index] ?? {}
        expect({
          bits: header.headerBits,
          nal_unit_type: header.nalUnitType,
          nuh_temporal_id_plus1: header.temporalId + 1,
          first_slice_segment_in_pic_flag: Number(header.firstInPicture),
          slice_pic_parameter_set_id: header.ppsId,
          slice_segment_address: header.address,
          slice_type: header.sliceType,
          slice_pic_order_cnt_lsb: header.pictureOrderLsb,
          num_entry_point_offsets: header.entryPoints,
        }).toEqual({
          bits,
          nal_unit_type: fields['nal_unit_type'],
          nuh_temporal_id_plus1: fields['nuh_temporal_id_plus1'],
          first_slice_segment_in_pic_flag: fields['first_slice_segment_in_pic_flag'],
          slice_pic_parameter_set_id: fields['slice_pic_parameter_set_id'],
          slice_segment_address: fields['slice_segment_address'] ?? 0,
          slice_type: fields['slice_type'],
          slice_pic_order_cnt_lsb: fields['slice_pic_order_cnt_lsb'] ?? 0,
          num_entry_point_offsets: fields['num_entry_point_offsets'] ?? 0,
        })
        expect(header.headerEnd).toBe(wholeByteBehind(bytes, start, bits))
      })
    })

    it('leaves lengths, headers and all but slice data clear', () => {
      const segments = segmentsOf(video)
      const whole = convertedStream(createHevcConverter(NONE), video.units)
      const toTheEnd = convertedStream(createHevcConverter(NONE), video.units, 'to-the-end')
      video.samples.forEach((_, sample) => {
        const own = segments.filter((segment) => segment.sample === sample)
        const covered = own.map(({ end, header }) => end - header.headerEnd)
        expect(protectedRuns(toTheEnd[sample])).toEqual(covered)
        expect(protectedRuns(whole[sample])).toEqual(
          covered.map((bytes) => bytes - (bytes % 16)).filter((bytes) => bytes > 0)
        )
      })
    })
  })
})

const protectedRuns = (sample: ReturnType<typeof convertedStream>[number] | undefined): ReadonlyArray<number> => {
  const runs = sample?.runs ?? []
  expect(runs.reduce((sum, [clear, covered]) => sum + clear + covered, 0)).toBe(sample?.bytes)
  return runs.map(([, covered]) => covered).filter((covered) => covered > 0)
}

/** Cuts the array of type 39 off, which FFmpeg writes last. */
const withoutSupplemental = (record: Uint8Array): Uint8Array => {
  let at = 23
  for (let array = 0; array < (record[22] ?? 0); array += 1) {
    if (((record[at] ?? 0) & 0x3f) === 39) {
      const cut = record.slice(0, at)
      cut[22] = array
      return cut
    }
    let units = (record[at + 1] ?? 0) * 256 + (record[at + 2] ?? 0)
    for (at += 3; units > 0; units -= 1) at += 2 + (record[at] ?? 0) * 256 + (record[at + 1] ?? 0)
  }
  return record
}
