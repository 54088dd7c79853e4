import { ffmpeg, ffprobe, type MediaFile } from './picture-hashes'
import { outputOf } from '../command/run-program'

const PICTURES_PER_SECOND = 25

interface Frames {
  readonly frames: ReadonlyArray<{ readonly pkt_pos?: string }>
}

/**
 * Makes a clear fragmented MP4 from the H.264 of an ASF sample, with presentation times that are right, without the
 * code under test and without encoding again: a reference for what a player has to show.
 *
 * ASF gives ffmpeg no presentation times, and guessed ones are wrong where there are B-pictures. A decoder puts the
 * pictures in order by their own order counts, so each stored picture gets the place at which it came out.
 */
export const makeClearReference = async (
  clear: string,
  { elementary, plain, output }: { readonly elementary: string; readonly plain: string; readonly output: string }
): Promise<void> => {
  // The parameter sets are in the stream header of the ASF file only; an elementary stream needs them inside.
  const repeat = ['-map', '0:v', '-c', 'copy', '-bsf:v', 'dump_extra=freq=keyframe', '-f', 'h264', elementary]
  await ffmpeg({ path: clear }, '-y', ...repeat)
  const raw = ['-nostdin', '-v', 'error', '-y', '-f', 'h264', '-framerate', String(PICTURES_PER_SECOND), '-i', elementary]
  await outputOf('ffmpeg', [...raw, '-c', 'copy', '-movflags', '+frag_keyframe+empty_moov', plain])
  const order = await presentationOrder({ path: plain })
  const delay = Math.max(...order.map((shown, stored) => stored - shown))
  const times = [
    `pts='(${choose(order, 0, order.length)})/${String(PICTURES_PER_SECOND)}/TB'`,
    `dts='(N-${String(delay)})/${String(PICTURES_PER_SECOND)}/TB'`,
    `duration='1/${String(PICTURES_PER_SECOND)}/TB'`,
  ].join(':')
  const fragmented = ['-movflags', '+frag_keyframe+delay_moov+default_base_moof', '-f', 'mp4', output]
  await outputOf('ffmpeg', [...raw, '-c', 'copy', '-bsf:v', `setts=${times}`, ...fragmented])
}

/** For each picture in the order of storage, its place in the order of presentation. */
const presentationOrder = async (file: MediaFile): Promise<ReadonlyArray<number>> => {
  const { frames } = await ffprobe<Frames>(file, '-select_streams', 'v', '-show_entries', 'frame=pkt_pos')
  const shown = frames.flatMap(({ pkt_pos }) => (pkt_pos === undefined ? [] : [Number(pkt_pos)]))
  return [...shown].sort((a, b) => a - b).map((position) => shown.indexOf(position))
}

/** An expression that picks the Nth value; halved at each step, because ffmpeg limits how deep one may nest. */
const choose = (values: ReadonlyArray<number>, from: number, to: number): string => {
  if (to - from === 1) return String(values[from])
  const middle = Math.floor((from + to) / 2)
  return `if(lt(N,${String(middle)}),${choose(values, from, middle)},${choose(values, middle, to)})`
}
