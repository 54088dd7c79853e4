import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Mp4Track } from '../write/mp4-track'
import { ffmpeg, ffprobe } from './ffmpeg-run'

/** A sample as FFmpeg's demuxer gives it, times in units of the track and before any edit list. */
export interface EncodedSample {
  readonly bytes: Uint8Array
  readonly dts: number
  readonly cts: number
  readonly duration: number
  readonly key: boolean
}

/** One track of a file that FFmpeg made. */
export interface EncodedTrack {
  readonly path: string
  readonly codec: string
  readonly timescale: number
  /** What FFmpeg hands to a decoder: `avcC`, AudioSpecificConfig and the like. */
  readonly extradata: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly sampleRate: number
  readonly samples: ReadonlyArray<EncodedSample>
}

interface Probe {
  readonly streams: ReadonlyArray<{
    readonly codec_name: string
    readonly time_base: string
    readonly extradata?: string
    readonly width?: number
    readonly height?: number
    readonly channels?: number
    readonly sample_rate?: string
  }>
  readonly packets: ReadonlyArray<{
    readonly pts: number
    readonly dts: number
    readonly duration: number
    readonly pos: string
    readonly size: string
    readonly flags: string
  }>
}

/** Where the digits of up to 16 bytes stand in a line: behind the offset, before the same as text. */
const DIGITS = { from: 10, to: 49 } as const

const fromDump = (dump: string): Uint8Array =>
  Uint8Array.from(Buffer.from(dump.split('\n').map((line) => line.slice(DIGITS.from, DIGITS.to).replaceAll(' ', '')).join(''), 'hex'))

/** Two seconds of noisy pictures. */
export const PICTURES = ['-f', 'lavfi', '-i', 'testsrc2=s=160x96:r=25:d=2,noise=alls=20:allf=t'] as const
/** Two seconds of sound. */
export const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=2', '-ac', '2'] as const

/** Reads the first track of a file. */
export const readEncoded = (path: string): EncodedTrack => {
  const bytes = readFileSync(path)
  const { streams, packets } = ffprobe('-ignore_editlist', '1', '-show_streams', '-show_packets', '-show_data', path) as Probe
  const [stream] = streams
  if (stream === undefined) throw new Error(`no stream in ${path}`)
  return {
    path,
    codec: stream.codec_name,
    timescale: Number(stream.time_base.split('/')[1]),
    extradata: fromDump(stream.extradata ?? ''),
    width: stream.width ?? 0,
    height: stream.height ?? 0,
    channels: stream.channels ?? 0,
    sampleRate: Number(stream.sample_rate ?? 0),
    samples: packets.map(({ pts, dts, duration, pos, size, flags }) => ({
      bytes: Uint8Array.from(bytes.subarray(Number(pos), Number(pos) + Number(size))),
      dts,
      cts: pts,
      duration,
      key: flags.startsWith('K'),
    })),
  }
}

/** Encodes to an MP4 file in a folder and reads it back. */
export const encodeTrack = (folder: string, name: string, ...args: ReadonlyArray<string>): EncodedTrack => {
  const path = join(folder, name)
  ffmpeg(new Uint8Array(), ...args, '-strict', '-2', '-y', path)
  return readEncoded(path)
}

/** The header of a track of H.264 or AAC, clear. */
export const headerOf = ({ codec, timescale, extradata, width, height, channels, sampleRate }: EncodedTrack, trackId = 1): Mp4Track =>
  codec === 'h264'
    ? { trackId, kind: 'video', timescale, sampleEntry: { type: 'avc1', avcC: extradata }, video: { width, height }, pssh: [] }
    : {
        trackId,
        kind: 'audio',
        timescale,
        sampleEntry: { type: 'mp4a', audioSpecificConfig: extradata },
        audio: { channels, sampleRate },
        pssh: [],
      }
