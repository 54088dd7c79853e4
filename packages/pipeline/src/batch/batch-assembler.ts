import { PipelineError } from '../fault/pipeline-error'
import { tryAcquire, tryAcquireSingle } from '../lease/acquire'
import type { PoolState } from '../lease/pool-state'
import { releaseLease } from '../lease/release'
import { waitForLease } from '../lease/wait-for-lease'
import type { TrackDescription } from '../media/media-description'
import { NO_ROOM, type SampleReceiver } from '../media/sample-receiver'
import type { Batch } from './batch'
import { mintBatch } from './batch-inside'
import { addRow, compactRows, dropRow, hasRoom, startFilling, type Filling } from './filling'
import { createColumns, IV_BYTES, type SampleColumns } from './sample-columns'
import type { State, StateName } from './state'

/** What the batches of one source have in common. */
export interface AssemblerOptions<S extends State> {
  readonly pool: PoolState
  readonly state: StateName
  readonly tracks: ReadonlyMap<number, TrackDescription>
  /** Scheme of the samples of a track, one of the `SCHEME_` constants. */
  readonly schemeOf: (track: number) => number
  readonly emit: (batch: Batch<S>) => void
  readonly cancelled: () => boolean
}

/** A receiver that fills leased batches. */
export interface BatchAssembler extends SampleReceiver {
  /** Ends the input: samples still open are dropped and the rest leaves. */
  readonly end: () => void
}

/**
 * An open sample. The demuxer may still speak of one that was abandoned, so its slot is given to another sample only
 * after the demuxer has closed it.
 */
interface Slot {
  readonly filling: Filling
  readonly row: number
  abandoned: boolean
}

/** The state of one assembler. */
interface Assembly<S extends State> extends AssemblerOptions<S> {
  /** Columns of batches that came back. */
  readonly spare: SampleColumns[]
  readonly slots: Array<Slot | undefined>
  current: Filling | undefined
  /** Full batches that wait for their open samples, oldest first. */
  readonly sealed: Filling[]
}

/**
 * Fills batches from a demuxer, in the order in which samples begin. A batch leaves when it is full and its samples are
 * whole. A sample that is still open when the batch after it is full is dropped as incomplete.
 */
export const createBatchAssembler = <S extends State>(options: AssemblerOptions<S>): BatchAssembler => {
  const assembly: Assembly<S> = { ...options, spare: [], slots: [], current: undefined, sealed: [] }
  return {
    cancelled: options.cancelled,
    begin: (track, size, time, flags, at) => {
      const { pool } = options
      if (size > pool.maxSample) {
        throw new PipelineError({ type: 'SampleTooLarge', at, bytes: size, limit: pool.maxSample })
      }
      const filling = options.cancelled() ? undefined : roomFor(assembly, size)
      if (filling === undefined) return NO_ROOM
      const row = addRow(filling, { track, size, time, flags, scheme: options.schemeOf(track) })
      return openSlot(assembly, { filling, row, abandoned: false })
    },
    ready: () => waitForLease(options.pool),
    protection: (index, bytes, from, length) => {
      const slot = assembly.slots[index]
      if (slot === undefined || slot.abandoned) return
      slot.filling.columns.iv.set(bytes.subarray(from, from + Math.min(length, IV_BYTES)), slot.row * IV_BYTES)
    },
    write: (index, bytes, from, length, into) => {
      const slot = assembly.slots[index]
      if (slot === undefined || slot.abandoned || slot.filling.lease.owners === 0) return
      const offset = (slot.filling.columns.offset[slot.row] ?? 0) + into
      slot.filling.lease.bytes.set(bytes.subarray(from, from + length), offset)
    },
    complete: (index) => {
      closeSlot(assembly, index, true)
    },
    drop: (index) => {
      closeSlot(assembly, index, false)
    },
    end: () => {
      for (const slot of assembly.slots) if (slot !== undefined) abandon(slot)
      seal(assembly)
    },
  }
}

const roomFor = <S extends State>(assembly: Assembly<S>, size: number): Filling | undefined => {
  if (assembly.current !== undefined && hasRoom(assembly.current, size)) return assembly.current
  seal(assembly)
  const { pool, spare } = assembly
  const lease = size > pool.batchBytes ? tryAcquireSingle(pool, size) : tryAcquire(pool)
  if (lease === undefined) return undefined
  const columns = spare.pop() ?? createColumns()
  lease.onTakenBack = () => {
    spare.push(columns)
  }
  assembly.current = startFilling(lease, columns)
  return assembly.current
}

/** Closes the current batch to further samples; what the batch before it still lacks is given up. */
const seal = <S extends State>(assembly: Assembly<S>): void => {
  const { current, sealed, slots } = assembly
  if (current === undefined) return
  const before = sealed[0]
  if (before !== undefined) {
    for (const slot of slots) if (slot?.filling === before) abandon(slot)
  }
  sealed.push(current)
  assembly.current = undefined
  flush(assembly)
}

const flush = <S extends State>(assembly: Assembly<S>): void => {
  const { sealed } = assembly
  for (let head = sealed[0]; head !== undefined && head.open === 0; head = sealed[0]) {
    sealed.shift()
    leave(assembly, head)
  }
}

const leave = <S extends State>({ pool, state, tracks, emit }: Assembly<S>, filling: Filling): void => {
  compactRows(filling)
  const { lease, columns, count } = filling
  if (count === 0) releaseLease(pool, lease)
  else emit(mintBatch<S>({ state, pool, lease, columns, count, tracks }))
}

const openSlot = <S extends State>({ slots }: Assembly<S>, slot: Slot): number => {
  const free = slots.indexOf(undefined)
  if (free < 0) return slots.push(slot) - 1
  slots[free] = slot
  return free
}

const closeSlot = <S extends State>(assembly: Assembly<S>, index: number, whole: boolean): void => {
  const slot = assembly.slots[index]
  if (slot === undefined) return
  assembly.slots[index] = undefined
  if (!whole) abandon(slot)
  else if (!slot.abandoned) slot.filling.open -= 1
  flush(assembly)
}

const abandon = (slot: Slot): void => {
  if (slot.abandoned) return
  slot.abandoned = true
  dropRow(slot.filling, slot.row)
}
