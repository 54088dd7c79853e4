import type { KeyId } from '@custody/core/identity'

import { PipelineError } from '../fault/pipeline-error'
import { SAMPLE_KEY } from '../media/sample-receiver'
import type { Batch } from './batch'
import { openBatch, type BatchInside } from './batch-inside'
import { saltOf } from './row-salt'
import { TAG_BYTES } from './sample-columns'
import { SCHEME_NONE, schemeName } from './schemes'
import type { State } from './state'

/**
 * One sample of a batch. It copies nothing and keeps nothing: the same view moves on to the next sample, and dies with the batch.
 * A value that is to last is read from it; the view itself is not kept.
 *
 * @errors `ForeignHandle` (thrown in a `PipelineError`) from every member once the batch was given on or released.
 */
export interface SampleView {
  /** ASF stream number or MP4 track id. */
  readonly track: number
  /** Presentation time in whole 100 ns units; before `restoreTimes`, the time that the container states. */
  readonly time: number
  /** 100 ns units. */
  readonly decodeTime: number
  /** 100 ns units; 0 when unknown. */
  readonly duration: number
  readonly isKey: boolean
  /** Bytes. */
  readonly size: number
  /** How it is protected now: `none` in a clear batch, and where the source declares it clear. */
  readonly scheme: string
  /** The key that it is under, where the batch says; else that of the grant that opens it. */
  readonly keyId: KeyId | undefined
  /** What else its receiver needs in a session; undefined in any other batch. */
  readonly frame: SampleFrame | undefined
  /**
   * Copies the protected sample into an array of the caller's; answers how many bytes that were. There is no way to the memory
   * itself, where other samples lie beside it.
   *
   * @errors `WrongState` (thrown in a `PipelineError`) for a clear batch, and for a sample that its source declares clear: those
   * can be produced by no operator. `RangeError` for an array without room from `at` on.
   */
  readonly copyTo: (into: Uint8Array, at?: number) => number
}

/** A sample of a session as a frame. @source docs/reference/messages.md, "Sessions" */
export interface SampleFrame {
  readonly salt: bigint
  /** 16 bytes, a copy; zeros under `session-rc4`, which has none. */
  readonly tag: Uint8Array
}

/** A view and how it is moved. */
export interface SampleCursor {
  readonly view: SampleView
  readonly moveTo: (row: number) => void
  /** The batch goes on: what was kept of the view shows nothing more. */
  readonly close: () => void
}

/** The method of the runtime's: the array of a caller may have one of its own, and would be handed the memory. */
const setBytes = (into: Uint8Array, bytes: Uint8Array, at: number): void => {
  Uint8Array.prototype.set.call(into, bytes, at)
}

/** A cursor at the first row of a batch. @errors `ForeignHandle` for anything that is no live batch. */
export const openCursor = (batch: unknown): SampleCursor => {
  const inside = openBatch(batch)
  let row = 0
  let isOpen = true
  const live = (): BatchInside => {
    if (isOpen && inside.lease.owners > 0) return inside
    throw new PipelineError({ type: 'ForeignHandle', what: 'a sample of a batch that was given on or released' })
  }
  const of = (column: 'track' | 'time' | 'decodeTime' | 'duration' | 'size' | 'scheme' | 'flags' | 'protection'): number =>
    live().columns[column][row] ?? 0
  const view: SampleView = {
    get track() {
      return of('track')
    },
    get time() {
      return of('time')
    },
    get decodeTime() {
      return of('decodeTime')
    },
    get duration() {
      return of('duration')
    },
    get isKey() {
      return (of('flags') & SAMPLE_KEY) !== 0
    },
    get size() {
      return of('size')
    },
    get scheme() {
      return schemeName(of('scheme'))
    },
    get keyId() {
      return live().protections[of('protection')]?.keyId
    },
    get frame() {
      return frameOf(live(), row)
    },
    copyTo: (into, at = 0) => copyRow(live(), row, { into, at }),
  }
  return {
    view: Object.freeze(view),
    moveTo: (next) => {
      row = next
    },
    close: () => {
      isOpen = false
    },
  }
}

const frameOf = ({ state, columns }: BatchInside, row: number): SampleFrame | undefined =>
  state === 'session'
    ? { salt: saltOf(columns, row), tag: columns.tag.slice(row * TAG_BYTES, (row + 1) * TAG_BYTES) }
    : undefined

const copyRow = (inside: BatchInside, row: number, { into, at }: { readonly into: Uint8Array; readonly at: number }): number => {
  const { state, columns, lease } = inside
  if (state === 'clear') throw new PipelineError({ type: 'WrongState', expected: 'content', found: state })
  if (columns.scheme[row] === SCHEME_NONE) {
    throw new PipelineError({ type: 'WrongState', expected: 'content', found: schemeName(SCHEME_NONE) })
  }
  const offset = columns.offset[row] ?? 0
  const size = columns.size[row] ?? 0
  setBytes(into, lease.bytes.subarray(offset, offset + size), at)
  return size
}

/**
 * The samples of a batch in their order, for operators that look at each. All by the same view, which moves on.
 *
 * @errors `ForeignHandle` (thrown in a `PipelineError`) for anything that is no live batch.
 * @example
 * for (const sample of samplesOf(batch)) if (sample.isKey) keys.push(sample.time)
 */
export function* samplesOf<S extends State>(batch: Batch<S>): Generator<SampleView, void, undefined> {
  const { view, moveTo, close } = openCursor(batch)
  try {
    for (let row = 0; row < openBatch(batch).count; row += 1) {
      moveTo(row)
      yield view
    }
  } finally {
    close()
  }
}
