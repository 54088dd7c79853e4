import type { AsfStream } from '../header/asf-header'
import { LAYOUT, SAMPLE_ID_BYTES } from './packet-layout'
import type { SimpleIndex } from './simple-index'
import { createSimpleIndex } from './simple-index'

/** What the writer remembers of one stream. */
export interface StreamLedger {
  readonly stream: AsfStream
  readonly hasSampleId: boolean
  /** Bytes of replicated data in each payload. */
  readonly replicated: number
  readonly index: SimpleIndex | undefined
  objectNumber: number
  samples: number
  /** 100 ns units. */
  firstTime: number
  lastTime: number
}

/** An empty ledger. */
export const createStreamLedger = (stream: AsfStream, hasSampleId: boolean): StreamLedger => ({
  stream,
  hasSampleId,
  replicated: LAYOUT.replicated + (hasSampleId ? SAMPLE_ID_BYTES : 0),
  index: stream.kind === 'video' ? createSimpleIndex() : undefined,
  objectNumber: 0,
  samples: 0,
  firstTime: Infinity,
  lastTime: -Infinity,
})

/**
 * When the last sample ends, taking the mean step for its duration; 0 without samples.
 *
 * @param stated how long the template says that its file is, in 100 ns units: a picture that stands still for all of it has no
 *   step of its own.
 */
export const endOfStream = (ledger: StreamLedger, stated: number): number => {
  const { samples, firstTime, lastTime, stream } = ledger
  if (samples === 0) return 0
  const frameTime = stream.extended?.averageFrameTime ?? 0
  if (samples === 1 && frameTime === 0) return Math.max(0, Math.round(lastTime), stated)
  const step = samples > 1 ? (lastTime - firstTime) / (samples - 1) : frameTime
  return Math.max(0, Math.round(lastTime + step))
}
