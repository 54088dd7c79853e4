import { createHash } from 'node:crypto'
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny'

import { ffprobePipe } from './ffmpeg-run'
import { mp4boxSamples } from './mp4box-samples'
import { packagedByShaka } from './shaka-packager'

/** A sample as a foreign reader gives it; times in seconds, edit list applied. */
export interface ReadPacket {
  readonly hash: string
  readonly seconds: number
  readonly key: boolean
}

/** The digest under which a sample's bytes are compared. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Probe {
  readonly packets: ReadonlyArray<{
    readonly pts_time: string
    readonly data_hash: string
    readonly flags: string
  }>
}

/** By FFmpeg, over a pipe: FFmpeg 5.1 takes the wrong IVs from fragmented files that it can seek. */
export const ffmpegPackets = (file: Uint8Array, key?: string): ReadonlyArray<ReadPacket> => {
  const keys = key === undefined ? [] : ['-decryption_key', key]
  const { packets } = ffprobePipe(file, ...keys, '-show_packets', '-show_data_hash', 'sha256') as Probe
  return packets.map(({ pts_time, data_hash, flags }) => ({
    hash: data_hash.slice('SHA256:'.length),
    seconds: Number(pts_time),
    key: flags.startsWith('K'),
  }))
}

/** By mediabunny, in the order of decoding. */
export const mediabunnyPackets = async (file: Uint8Array, key?: string): Promise<ReadonlyArray<ReadPacket>> => {
  const formatOptions = key === undefined ? {} : { formatOptions: { isobmff: { resolveKeyId: () => key } } }
  const input = new Input({ formats: [MP4], source: new BufferSource(new Uint8Array(file)), ...formatOptions })
  const [track] = await input.getTracks()
  if (track === undefined) throw new Error('mediabunny finds no track')
  const packets: ReadPacket[] = []
  for await (const packet of new EncodedPacketSink(track).packets()) {
    packets.push({ hash: hashOf(packet.data), seconds: packet.timestamp, key: packet.type === 'key' })
  }
  return packets
}

/** By mp4box, which opens nothing: samples as they lie in the file. */
export const mp4boxPackets = (file: Uint8Array, trackId: number, timescale: number): ReadonlyArray<ReadPacket> =>
  mp4boxSamples(file, trackId).map(({ offset, size, cts, is_sync }) => ({
    hash: hashOf(file.subarray(offset, offset + size)),
    seconds: cts / timescale,
    key: is_sync,
  }))

/** Rewrites a file by Shaka Packager, opened where a key is given, and answers the clear file. */
export const shakaRewritten = (
  path: string,
  kind: 'video' | 'audio',
  keys: { readonly keyId: string; readonly key: string } | undefined
): Uint8Array =>
  packagedByShaka(
    path,
    kind,
    ...(keys === undefined ? [] : ['--enable_raw_key_decryption', '--keys', `label=:key_id=${keys.keyId}:key=${keys.key}`])
  )
