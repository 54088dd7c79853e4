import type { CounterBatch } from '../../cipher/counter-batch'
import type { KeystreamPlaces } from '../../cipher/keystream-places'
import type { Spans } from '../../cipher/spans'

/** A keystream that is to go onto pieces of a sample, or off them. */
export interface KeystreamOnto {
  readonly batch: CounterBatch
  /** 16 bytes. */
  readonly iv: Uint8Array
  /** All of the sample where they are left out. */
  readonly spans: Spans | undefined
}

/** A keystream that lies on pieces of a sample, and can be read through. */
export interface Keystream extends KeystreamOnto {
  readonly places: KeystreamPlaces
}

/** A sample between two counter-mode keys. */
export interface Commuting {
  /** Where it lies and stays. */
  readonly sample: Uint8Array
  /** What it covers is all that the target protects of the sample. */
  readonly target: KeystreamOnto
  /** Undefined for a sample that its source declares clear. */
  readonly source: KeystreamOnto | undefined
}

/** Moves many samples from one counter-mode key to another. */
export interface Commuter {
  /** Nothing else may touch the sample until `flush` returns. */
  readonly add: (commuting: Commuting) => void
  readonly flush: () => void
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
      const batches = new Set<CounterBatch>()
      for (const { sample, target } of waiting) applyTo(sample, target, batches)
      flushAll(batches)
      for (const { sample, source } of waiting) if (source !== undefined) applyTo(sample, source, batches)
      flushAll(batches)
      waiting.length = 0
    },
  }
}

const applyTo = (sample: Uint8Array, { batch, iv, spans }: KeystreamOnto, batches: Set<CounterBatch>): void => {
  batch.add(sample, iv, spans)
  batches.add(batch)
}

const flushAll = (batches: Set<CounterBatch>): void => {
  for (const batch of batches) batch.flush()
  batches.clear()
}
