import type { CounterStream } from '../../cipher/counter-mode'

/** One sample between two counter-mode keys. */
export interface Commuting {
  /** The keystream that lies on the sample; undefined when none does. */
  readonly source: CounterStream | undefined
  readonly target: CounterStream
  readonly sample: Uint8Array
  readonly into: Uint8Array
  readonly at: number
}

/**
 * Moves a sample from one counter-mode key to another without ever uncovering it: keystreams commute, so the target's
 * goes on first and the source's comes off after. In between the bytes carry both.
 */
export const commuteSample = ({ source, target, sample, into, at }: Commuting): void => {
  const covered = target.apply(sample)
  into.set(source === undefined ? covered : source.apply(covered), at)
}
