import { whenInstalled } from '../../../../../test/gate/when-installed'
import { convertedStream, hex, right, sampleUnits, unitsBut, wholeByteBehind } from '../testing/converted-stream'
import { encodeVideo, type EncodedVideo } from '../testing/encoded-video'
import { avcCodecString } from './avc-codec-string'
import { createAvcConverter } from './avc-converter'
import { createParameterSets } from './parameter-sets'
import { parseAvcConfiguration } from './parse-avc-configuration'
import { parseSliceHeader } from './parse-slice-header'
import { createSliceHeader } from './slice-header'

/** Slices of the MP4 samples in file order, with the bytes that they lie in. */
const slicesOf = ({ record, samples }: EncodedVideo) => {
  const sets = createParameterSets()
  const { spsUnits, ppsUnits } = right(parseAvcConfiguration(record))
  spsUnits.forEach((unit) => right(sets.learnSps(unit, 0, unit.length)))
  ppsUnits.forEach((unit) => right(sets.learnPps(unit, 0, unit.length)))
  return samples.flatMap(({ bytes }, sample) =>
    sampleUnits('avc', bytes)
      .filter(({ type }) => [1, 5].includes(type))
      .map(({ start, end }) => ({
        sample,
        bytes,
        start,
        end,
        header: right(parseSliceHeader(bytes, start, end, sets, createSliceHeader())),
      }))
  )
}

/** FFmpeg keeps filler, which x264 writes for a constant rate; here it is left out. */
const AVC_LEFT_OUT = [9, 12]

type Setting = [name: string, options: ReadonlyArray<string>, size?: string, pictures?: number]

const SETTINGS: ReadonlyArray<Setting> = [
  ['no pictures out of order', ['-bf', '0']],
  ['two B pictures, no pyramid', ['-bf', '2', '-b_strategy', '0', '-x264-params', 'b-pyramid=none']],
  ['three B pictures', ['-bf', '3', '-b_strategy', '0', '-g', '12']],
  ['five B pictures in a pyramid', ['-bf', '5', '-b_strategy', '0', '-refs', '4', '-x264-params', 'b-pyramid=normal']],
  ['strict pyramid', ['-bf', '4', '-b_strategy', '0', '-x264-params', 'b-pyramid=strict']],
  ['weighted prediction of P and B', ['-bf', '3', '-weightp', '2', '-weightb', '1', '-refs', '4', '-vf', 'fade=out:0:30']],
  ['no weighted prediction', ['-bf', '3', '-weightp', '0', '-weightb', '0']],
  ['fields in frames', ['-bf', '2', '-flags', '+ilme+ildct', '-x264-params', 'interlaced=1:tff=1'], '96x96'],
  ['bottom field first', ['-bf', '2', '-flags', '+ilme+ildct', '-x264-params', 'bff=1'], '96x96'],
  ['variable-length codes', ['-bf', '2', '-coder', '0']],
  ['baseline', ['-profile:v', 'baseline']],
  ['main', ['-profile:v', 'main', '-bf', '2']],
  ['open groups of pictures', ['-bf', '3', '-g', '8', '-x264-params', 'open-gop=1:scenecut=0']],
  ['four slices', ['-bf', '2', '-slices', '4'], '96x128'],
  ['many small slices', ['-bf', '1', '-x264-params', 'slice-max-size=200']],
  ['intra refresh', ['-x264-params', 'intra-refresh=1:keyint=10']],
  ['10 bit', ['-pix_fmt', 'yuv420p10le', '-bf', '2']],
  ['4:2:2', ['-pix_fmt', 'yuv422p', '-bf', '2']],
  ['4:4:4', ['-pix_fmt', 'yuv444p', '-bf', '2', '-x264-params', 'cqm=jvt']],
  ['monochrome', ['-pix_fmt', 'gray', '-bf', '2']],
  ['scaling lists, 8×8 transform', ['-x264-params', 'cqm=jvt:8x8dct=1', '-bf', '2']],
  ['no deblocking', ['-x264-params', 'no-deblock=1', '-bf', '2']],
  ['a size that needs cropping', ['-bf', '2'], '98x74'],
  ['buffer model', ['-bf', '2', '-b:v', '100k', '-maxrate', '100k', '-bufsize', '100k', '-x264-params', 'nal-hrd=cbr']],
  [
    'blu-ray syntax',
    ['-bf', '3', '-x264-params', 'bluray-compat=1:slices=4:aud=1:pic-struct=1', '-maxrate', '1M', '-bufsize', '1M'],
    '96x96',
  ],
  ['many pictures of one sequence', ['-bf', '3', '-g', '600'], '32x32', 300],
]

whenInstalled('ffmpeg').describe('H.264 as x264 writes it', () => {
  describe.each(SETTINGS.map((setting) => ({ name: setting[0], setting })))('$name', ({ setting }) => {
    const [, options, size, pictures] = setting
    let video: EncodedVideo
    beforeAll(() => {
      video = encodeVideo(options, size, pictures)
    }, 60_000)

    it('gives the configuration record of FFmpeg from the first access unit alone', () => {
      const converter = createAvcConverter(new Uint8Array())
      convertedStream(converter, video.units.slice(0, 1))
      expect(hex(converter.configuration() ?? new Uint8Array())).toBe(hex(video.record))
      expect(avcCodecString(video.record)).toBe(`avc1.${hex(video.record.subarray(1, 4))}`)
    })

    it('gives the samples of FFmpeg, within 5/4 of the input', () => {
      const written = convertedStream(createAvcConverter(new Uint8Array()), video.units)
      expect(written.map((sample) => hex(sample.written))).toEqual(video.samples.map(({ bytes }) => hex(unitsBut(AVC_LEFT_OUT, 'avc', bytes))))
    })

    it('passes samples with lengths as they are', () => {
      const written = convertedStream(createAvcConverter(video.record), video.samples.map(({ bytes }) => bytes))
      expect(written.map((sample) => hex(sample.written))).toEqual(video.samples.map(({ bytes }) => hex(unitsBut(AVC_LEFT_OUT, 'avc', bytes))))
    })

    it('counts pictures in the order in which they are shown', () => {
      const written = convertedStream(createAvcConverter(new Uint8Array()), video.units)
      const rows = written.map((sample, index) => ({ ...sample, pts: video.samples[index]?.pts ?? 0 }))
      const starts = rows.flatMap(({ idr }, index) => (idr ? [index] : []))
      expect(starts[0]).toBe(0)
      starts.forEach((start, index) => {
        const run = rows.slice(start, starts[index + 1])
        const byOrder = [...run].sort((a, b) => a.pictureOrder - b.pictureOrder).map(({ pts }) => pts)
        expect(byOrder).toEqual(run.map(({ pts }) => pts).sort((a, b) => a - b))
        expect(new Set(run.map(({ pictureOrder }) => pictureOrder)).size).toBe(run.length)
      })
      rows.filter(({ idr }) => idr).forEach((_row, index) => expect(video.samples[starts[index] ?? -1]?.key).toBe(true))
    })

    it('reads slice headers as FFmpeg does, to the bit', () => {
      const slices = slicesOf(video)
      expect(slices).toHaveLength(video.slices.length)
      slices.forEach(({ header, bytes, start }, index) => {
        const { fields = {}, bits = 0 } = video.slices[index] ?? {}
        expect({
          bits: header.headerBits,
          nal_ref_idc: header.nalRefIdc,
          nal_unit_type: header.nalUnitType,
          first_mb_in_slice: header.firstMacroblock,
          slice_type: header.sliceType,
          pic_parameter_set_id: header.ppsId,
          frame_num: header.frameNum,
          field_pic_flag: Number(header.fieldPicture),
          bottom_field_flag: Number(header.bottomField),
          idr_pic_id: header.idrPicId,
          pic_order_cnt_lsb: header.pictureOrderLsb,
          delta_pic_order_cnt_bottom: header.deltaPictureOrderBottom,
        }).toEqual({
          bits,
          nal_ref_idc: fields['nal_ref_idc'],
          nal_unit_type: fields['nal_unit_type'],
          first_mb_in_slice: fields['first_mb_in_slice'],
          slice_type: (fields['slice_type'] ?? NaN) % 5,
          pic_parameter_set_id: fields['pic_parameter_set_id'],
          frame_num: fields['frame_num'],
          field_pic_flag: fields['field_pic_flag'] ?? 0,
          bottom_field_flag: fields['bottom_field_flag'] ?? 0,
          idr_pic_id: fields['idr_pic_id'] ?? 0,
          pic_order_cnt_lsb: fields['pic_order_cnt_lsb'] ?? 0,
          delta_pic_order_cnt_bottom: fields['delta_pic_order_cnt_bottom'] ?? 0,
        })
        expect(header.headerEnd).toBe(wholeByteBehind(bytes, start, bits))
      })
    })

    it('leaves lengths, headers and all but slice data clear', () => {
      const slices = slicesOf(video)
      const written = convertedStream(createAvcConverter(new Uint8Array()), video.units)
      written.forEach(({ runs, bytes }, sample) => {
        expect(runs.reduce((sum, [clear, covered]) => sum + clear + covered, 0)).toBe(bytes)
        const own = slices.filter((slice) => slice.sample === sample && slice.end - slice.header.headerEnd >= 16)
        expect(runs.map(([, covered]) => covered).filter((covered) => covered > 0)).toEqual(
          own.map(({ end, header }) => Math.floor((end - header.headerEnd) / 16) * 16)
        )
      })
    })
  })
})
