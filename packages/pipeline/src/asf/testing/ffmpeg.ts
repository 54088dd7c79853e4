import { spawnSync } from 'node:child_process'

/** A packet as FFmpeg's demuxer gives it. */
export interface ProbedPacket {
  /** Place of the stream in FFmpeg's list. */
  readonly stream: number
  readonly milliseconds: number
  readonly size: number
  readonly key: boolean
  readonly sha256: string
}

const LARGEST_OUTPUT = 0x400_0000

const run = (
  program: string,
  args: ReadonlyArray<string>
): { readonly stdout: string; readonly stderr: string } => {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: LARGEST_OUTPUT })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
  return { stdout, stderr }
}

interface RawPacket {
  readonly stream_index: number
  readonly dts: number
  readonly size: string
  readonly flags: string
  readonly data_hash: string
}

/** The packets of a file as they stand: no parser, no times made up. */
export const probePackets = (path: string): ReadonlyArray<ProbedPacket> => {
  const raw = ['-v', 'error', '-fflags', '+noparse+nofillin', '-show_packets', '-show_data_hash', 'sha256']
  const { stdout } = run('ffprobe', [...raw, '-of', 'json', path])
  return (JSON.parse(stdout) as { readonly packets: ReadonlyArray<RawPacket> }).packets.map((packet) => ({
    stream: packet.stream_index,
    milliseconds: packet.dts,
    size: Number(packet.size),
    key: packet.flags.startsWith('K'),
    sha256: packet.data_hash.replace('SHA256:', ''),
  }))
}

/** What FFmpeg says about each stream and the container. */
export const probeFormat = (path: string): unknown => {
  const { stdout } = run('ffprobe', [
    '-v',
    'error',
    '-show_streams',
    '-show_format',
    '-show_chapters',
    '-show_data_hash',
    'sha256',
    '-of',
    'json',
    path,
  ])
  return JSON.parse(stdout)
}

/** What one run of FFmpeg gives. */
export interface Passed {
  /** MD5 of each packet, in the order of the streams. */
  readonly packets: ReadonlyArray<string>
  /** Everything that FFmpeg complained about; empty when it did not. */
  readonly warnings: string
}

const QUIET = ['-v', 'warning', '-nostdin', '-guess_layout_max', '0']

/**
 * A complaint about FFmpeg's own times, not about the file: its H.264 parser leaves the presentation time open and
 * its framemd5 writer asks for one. It comes for the originals as well.
 */
const OWN_COMPLAINT = /^\[framemd5 @ 0x[0-9a-f]+\] Timestamps are unset in a packet for stream \d+\. .*\n/gm

/**
 * Copies every stream, from the last key frame before `from` seconds on.
 *
 * @param options in front of the input.
 */
export const copyThrough = (path: string, from = 0, options: ReadonlyArray<string> = []): Passed => {
  const seek = from === 0 ? [] : ['-ss', String(from)]
  const { stdout, stderr } = run('ffmpeg', [
    ...QUIET,
    ...seek,
    ...options,
    '-i',
    path,
    '-map',
    '0',
    '-c',
    'copy',
    '-f',
    'framemd5',
    '-',
  ])
  const packets = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return {
    packets: [...packets].sort((one, other) => streamOf(one) - streamOf(other)),
    warnings: stderr.replace(OWN_COMPLAINT, ''),
  }
}

const streamOf = (line: string): number => Number(line.split(',')[0])

/** MD5 of each decoded frame, with its stream and time. @param options in front of the input. */
export const decodedThrough = (path: string, options: ReadonlyArray<string> = []): ReadonlyArray<string> => {
  const { stdout } = run('ffmpeg', [...QUIET, ...options, '-i', path, '-map', '0', '-f', 'framemd5', '-'])
  const frames = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return [...frames].sort((one, other) => streamOf(one) - streamOf(other))
}

/** Decodes every stream; answers what FFmpeg complained about. */
export const decodeThrough = (path: string): string =>
  run('ffmpeg', [...QUIET, '-i', path, '-map', '0', '-f', 'null', '-']).stderr

/** A stream as FFmpeg lists it. */
export interface ProbedStream {
  /** Its place in the list. */
  readonly index: number
  /** Whether FFmpeg made it of a picture in the header. */
  readonly picture: boolean
}

/** The streams of a file. */
export const probeStreams = (path: string): ReadonlyArray<ProbedStream> => {
  const { stdout } = run('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path])
  const { streams } = JSON.parse(stdout) as {
    readonly streams: ReadonlyArray<{ readonly index: number; readonly disposition: { readonly attached_pic: number } }>
  }
  return streams.map(({ index, disposition }) => ({ index, picture: disposition.attached_pic === 1 }))
}

/** Byte offset in the file at which the packet begins that FFmpeg reads first when it seeks in the first video stream. */
export const probeSeek = (path: string, seconds: number): number => {
  const interval = ['-select_streams', 'v:0', '-read_intervals', `${String(seconds)}%+#1`]
  const { stdout } = run('ffprobe', ['-v', 'error', ...interval, '-show_entries', 'packet=pos', '-of', 'json', path])
  const { packets } = JSON.parse(stdout) as { readonly packets: ReadonlyArray<{ readonly pos: string }> }
  return Number(packets[0]?.pos)
}
