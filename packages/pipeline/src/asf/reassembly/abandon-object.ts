import type { Demuxing } from './demuxing'
import { CLOSED, STREAM_ROWS } from './object-table'

/** Drops the open object of a stream with a warning, where there is one. */
export const abandonObject = (
  { objects, receiver, warnings }: Demuxing,
  stream: number,
  why: string
): void => {
  const slot = objects.slot[stream] ?? CLOSED
  if (slot === CLOSED) return
  objects.slot[stream] = CLOSED
  const had = `${objects.filled[stream] ?? 0} of ${objects.size[stream] ?? 0} bytes`
  warnings.add(objects.at[stream] ?? 0, `incomplete object of stream ${stream} dropped (${had}): ${why}`)
  receiver.drop(slot)
}

/** Drops every open object: nothing follows. */
export const abandonAll = (run: Demuxing, why: string): void => {
  for (let stream = 0; stream < STREAM_ROWS; stream += 1) abandonObject(run, stream, why)
}
