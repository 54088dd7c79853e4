import type { CounterBatch } from '../../cipher/counter-batch'
import { addSpan, noSpans, type Spans } from '../../cipher/spans'

/** A keystream that lies on pieces of a sample, or is to. */
export interface Keystream {
  readonly batch: CounterBatch
  /** 16 bytes. */
  readonly iv: Uint8Array
  readonly spans: Spans
}

/** A sample between two counter-mode keys. */
export interface Commuting {
  /** Where it lies and stays. */
  readonly sample: Uint8Array
  /** Covers all of it. */
  readonly target: Keystream
  /** Undefined for a sample that its source declares clear. */
  readonly source: Keystream | undefined
}

/** Moves many samples from one counter-mode key to another. */
export interface Commuter {
  /** Nothing else may touch the sample until `flush` returns. */
  readonly add: (commuting: Commuting) => void
  readonly flush: () => void
}

/** All of a sample. */
export const wholeSpans = (size: number): Spans => {
  const spans = noSpans()
  addSpan(spans, 0, size)
  return spans
}

/**
 * Never uncovers a sample: keystreams commute, so those of the target go on first, on all samples, and those of the source come
 * off after. In between the bytes carry both.
 */
export const createCommuter = (): Commuter => {
  const waiting: Commuting[] = []
  return {
    add: (commuting) => {
      waiting.push(commuting)
    },
    flush: () => {
      applyAll(waiting.map(({ sample, target }) => ({ sample, keystream: target })))
      applyAll(waiting.flatMap(({ sample, source }) => (source === undefined ? [] : [{ sample, keystream: source }])))
      waiting.length = 0
    },
  }
}

const applyAll = (all: ReadonlyArray<{ readonly sample: Uint8Array; readonly keystream: Keystream }>): void => {
  const batches = new Set<CounterBatch>()
  for (const { sample, keystream } of all) {
    keystream.batch.add(sample, keystream.iv, keystream.spans)
    batches.add(keystream.batch)
  }
  for (const batch of batches) batch.flush()
}
