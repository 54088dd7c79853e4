import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import { NO_ROOM } from '../../media/sample-receiver'
import { truncated, type DemuxState, type Step } from './demux-state'
import { malformed } from './malformed'
import type { Mp4Receiver } from './mp4-receiver'
import type { Mp4Sample } from './samples/listed-sample'
import type { SourceWalk } from './source-walk'
import type { TopBox } from './top-box'

const unsupported = (at: number, what: string): E.Either<PipelineFault, never> =>
  E.left({ type: 'UnsupportedMedia', at, what })

/** Gives the samples of a header that came behind them, then goes on where it ended. */
export const takeListed = async (state: DemuxState, jump: (to: number) => void): Step => {
  const back = state.walk.at()
  let allowed = back
  for (let next = state.waiting.peek(); next !== undefined && !state.receiver.cancelled(); next = state.waiting.peek()) {
    if (E.isLeft(next)) return next
    const { at, size } = next.right
    // Samples that lie over each other would have a small file read for ever. Those behind the header come in their turn.
    if (at >= back) break
    allowed -= size
    if (allowed < 0) return E.left(malformed(at, 'samples that do not overlap', 'more bytes of samples than of the file'))
    jump(at)
    const given = await giveSample(state, next.right, back)
    if (E.isLeft(given)) return given
  }
  jump(back)
  return E.right(undefined)
}

const opened = async (receiver: Mp4Receiver, sample: Mp4Sample): Promise<number> => {
  for (;;) {
    const slot = receiver.begin(sample)
    if (slot !== NO_ROOM || receiver.cancelled()) return slot
    await receiver.ready()
  }
}

const readSample = async ({ walk, receiver, shifts }: DemuxState, sample: Mp4Sample): Step => {
  const skipped = await walk.skip(sample.at - walk.at())
  if (E.isLeft(skipped)) return skipped
  const slot = await opened(receiver, { ...sample, decodeTime: sample.decodeTime + (shifts.get(sample.track) ?? 0) })
  if (slot === NO_ROOM) return E.right(undefined)
  for (let into = 0; into < sample.size; ) {
    const part = await walk.part(sample.size - into)
    if (E.isLeft(part)) return part
    if (part.right.length === 0) return E.left(truncated(walk.at(), `a sample up to ${String(sample.at + sample.size)}`))
    receiver.write(slot, part.right, into)
    into += part.right.length
  }
  receiver.complete(slot)
  return E.right(undefined)
}

/** Gives the next sample, which must end before `end`. */
const giveSample = async (state: DemuxState, sample: Mp4Sample, end: number): Step => {
  const { at, size } = sample
  if (size > state.largestSample) return E.left({ type: 'SampleTooLarge', at, bytes: size, limit: state.largestSample })
  if (at + size > end) return E.left(malformed(at, `a sample that ends at ${String(end)}`, `${String(size)} bytes`))
  const read = await readSample(state, sample)
  if (E.isLeft(read)) return read
  state.samples += 1
  state.waiting.take()
  return E.right(undefined)
}

/** Gives the samples that lie in a box of media bytes, and goes to its end. */
export const takeMedia = async (state: DemuxState, top: TopBox): Step => {
  const { walk, receiver } = state
  const end = top.size === undefined ? Infinity : top.at + top.size
  if (state.context === undefined) {
    state.early ??= top.at
    if (walk.jump !== undefined && end !== Infinity) {
      walk.jump(end)
      return E.right(undefined)
    }
  }
  while (!receiver.cancelled()) {
    const next = state.waiting.peek()
    if (next === undefined) break
    if (E.isLeft(next)) return next
    const { at, size } = next.right
    // A sample without bytes lies in the box that ends where it begins, if nowhere else.
    if (at > end || (at === end && size > 0)) break
    if (at < walk.at()) return unsupported(at, 'a sample that lies before what was read')
    const given = await giveSample(state, next.right, end)
    if (E.isLeft(given)) return given
  }
  return receiver.cancelled() ? E.right(undefined) : skipTo(walk, end)
}

/** Goes to a byte of the file, `Infinity` for its end. */
export const skipTo = async (walk: SourceWalk, end: number): Step => {
  const size = end === Infinity ? undefined : end - walk.at()
  const skipped = await walk.skip(size)
  if (E.isLeft(skipped)) return skipped
  return size === undefined || skipped.right === size ? E.right(undefined) : E.left(truncated(walk.at(), `a box up to ${String(end)}`))
}

