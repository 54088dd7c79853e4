import type { MadeScheme } from '../media/made-scheme'
import type { MadeContainer, MadeMedia } from '../media/made-media'
import type { Disturbance } from './disturbance'

/** A step that leaves the protection as it is. */
export type PlanStep =
  | { readonly type: 'SelectStreams'; readonly streams: ReadonlyArray<number> }
  | { readonly type: 'RestoreTimes' | 'Meter' | 'Progress' | 'Verify' | 'EachBatch' | 'EachBatchLater' | 'HoldTwo' }

/** A pipeline from a file to a file, well-typed by how it is drawn. */
export interface PipelinePlan {
  readonly container: MadeContainer
  readonly media: MadeMedia
  /** Bytes of an ASF packet, of the source and of what is written. */
  readonly packetSize: number
  /** Samples in a fragment of an MP4 source. */
  readonly fragment: number
  /** What the source is under; `none` is the owner's clear file, which `protect` takes, and `transcrypt` all others. */
  readonly source: MadeScheme
  readonly target: Exclude<MadeScheme, 'none'>
  /** All tracks under one key, with counters that do not meet; or a key for each. */
  readonly oneKey: boolean
  readonly before: ReadonlyArray<PlanStep>
  readonly after: ReadonlyArray<PlanStep>
  /** `collect` takes the batches as they come. */
  readonly sink: 'asf' | 'cmaf' | 'collect'
  readonly pool: { readonly leases: number; readonly batchBytes: number }
  readonly disturbance: Disturbance
}

const stepText = (step: PlanStep): string => (step.type === 'SelectStreams' ? `SelectStreams(${step.streams.join()})` : step.type)

/** A pipeline in one line, for messages. */
export const planText = (plan: PipelinePlan): string => {
  const { container, media, source, target, before, after, sink, pool, disturbance, oneKey, packetSize, fragment } = plan
  const samples = `${String(media.samples.length)} samples in ${String(media.tracks.length)} tracks`
  const protection = source === 'none' ? `protect ${target}` : `transcrypt ${source} to ${target}`
  const steps = [...before.map(stepText), protection, ...after.map(stepText)]
  const details = `packets of ${String(packetSize)}, fragments of ${String(fragment)}, ${oneKey ? 'one key' : 'a key a track'}`
  const memory = `${String(pool.leases)} leases of ${String(pool.batchBytes)}`
  return `${container} (${samples}; ${details}) | ${steps.join(' | ')} | ${sink}; ${memory}; ${JSON.stringify(disturbance)}`
}
