import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The same pictures twice, as FFmpeg writes them: in MP4 and behind start codes. */
export interface EncodedVideo {
  /** The `avcC` or `hvcC` of the MP4 file. */
  readonly record: Uint8Array
  /** Samples of the MP4 file, in decoding order. */
  readonly samples: ReadonlyArray<{ readonly bytes: Uint8Array; readonly pts: number; readonly key: boolean }>
  /** Access units behind start codes, in the same order. */
  readonly units: ReadonlyArray<Uint8Array>
  /** What FFmpeg reads in each slice header. */
  readonly slices: ReadonlyArray<TracedSlice>
}

/** One slice header as FFmpeg's `trace_headers` reads it. */
export interface TracedSlice {
  readonly fields: Readonly<Record<string, number>>
  /** Bits from the start of the NAL unit to the end of the header. */
  readonly bits: number
}

/** What FFmpeg's programs call a codec and its parts. */
export interface VideoCoding {
  readonly format: 'h264' | 'hevc'
  readonly encoder: ReadonlyArray<string>
  /** Bitstream filters that put samples behind start codes, with an access unit delimiter for each. */
  readonly toAnnexB: string
  readonly recordBox: string
  readonly sliceTitle: string
}

/** H.264 by x264. */
export const H264: VideoCoding = {
  format: 'h264',
  encoder: ['-c:v', 'libx264', '-preset', 'veryfast'],
  toAnnexB: 'h264_mp4toannexb,h264_metadata=aud=insert',
  recordBox: 'avcC',
  sliceTitle: 'Slice Header',
}

/** H.265 by x265. */
export const H265: VideoCoding = {
  format: 'hevc',
  encoder: ['-c:v', 'libx265', '-preset', 'veryfast', '-tag:v', 'hvc1'],
  toAnnexB: 'hevc_mp4toannexb,hevc_metadata=aud=insert',
  recordBox: 'hvcC',
  sliceTitle: 'Slice Segment Header',
}

const LINE = /\] (\d+)\s+(\S+)\s+([01]+) = (-?\d+)$/

const ffmpeg = (args: ReadonlyArray<string>): void => {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Encodes with the given options, and reads both forms back with FFmpeg's own programs. */
export const encodeVideo = (
  options: ReadonlyArray<string>,
  size = '96x80',
  pictures = 30,
  coding: VideoCoding = H264
): EncodedVideo => {
  const folder = mkdtempSync(join(tmpdir(), 'custody-video-'))
  try {
    const mp4 = join(folder, 'a.mp4')
    const stream = join(folder, `a.${coding.format}`)
    const source = `testsrc2=s=${size}:r=25,noise=alls=20:allf=t`
    const head = ['-f', 'lavfi', '-i', source, '-frames:v', String(pictures)]
    ffmpeg([...head, ...coding.encoder, ...options, mp4])
    ffmpeg(['-i', mp4, '-c', 'copy', '-bsf:v', coding.toAnnexB, '-f', coding.format, stream])
    return {
      ...mp4Samples(mp4, coding),
      units: consecutive(readFileSync(stream), packetsOf(stream).map(({ size: bytes }) => Number(bytes))),
      slices: traceSlices(stream, coding),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The configuration record of an MP4 file with one video track, and its samples where ffprobe says they are. */
export const mp4Samples = (
  file: string,
  { recordBox }: VideoCoding = H264
): Pick<EncodedVideo, 'record' | 'samples'> => {
  const whole = readFileSync(file)
  const samples = packetsOf(file).map(({ pos, size, pts, flags }) => ({
    bytes: whole.subarray(Number(pos), Number(pos) + Number(size)),
    pts: Number(pts),
    key: (flags ?? '').startsWith('K'),
  }))
  return { record: recordOf(whole, recordBox), samples }
}

/** Reads the slice headers of a file of NAL units behind start codes. */
export const traceSlices = (
  file: string,
  { format, sliceTitle }: VideoCoding = H264
): ReadonlyArray<TracedSlice> => {
  const args = ['-v', 'trace', '-nostats', '-f', format, '-i', file, '-c', 'copy', '-bsf:v', 'trace_headers', '-f', 'null', '-']
  const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  const bodies = stderr.slice(stderr.indexOf('Stream mapping')).split(`] ${sliceTitle}\n`).slice(1)
  return bodies.map((body) => {
    const fields: Record<string, number> = {}
    let bits = 0
    for (const line of body.split('\n')) {
      const [, position = '', name = '', digits = '', value = ''] = LINE.exec(line) ?? []
      if (name === '') {
        if (line.includes('trace_headers')) break
        continue
      }
      if (name === 'cabac_alignment_one_bit') continue
      fields[name] = Number(value)
      bits = Number(position) + digits.length
    }
    return { fields, bits }
  })
}

type Packet = Readonly<Partial<Record<'pos' | 'size' | 'pts' | 'flags', string>>>

const packetsOf = (file: string): ReadonlyArray<Packet> => {
  const args = ['-v', 'error', '-select_streams', 'v', '-show_packets', '-of', 'json', file]
  return (JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })) as { packets: Packet[] }).packets
}

const recordOf = (mp4: Buffer, box: string): Uint8Array => {
  const at = mp4.indexOf(box, 0, 'latin1')
  return mp4.subarray(at + 4, at - 4 + mp4.readUInt32BE(at - 4))
}

const consecutive = (bytes: Buffer, sizes: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  let at = 0
  const units = sizes.map((size) => bytes.subarray(at, (at += size)))
  if (at !== bytes.length) throw new Error(`access units of ${at} bytes in ${bytes.length}`)
  return units
}
