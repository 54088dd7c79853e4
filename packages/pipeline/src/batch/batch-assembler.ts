import { createWarningLog, type WarningLog } from '../media/warning-log'
import { PipelineError } from '../fault/pipeline-error'
import { tryAcquire, tryAcquireSingle } from '../lease/acquire'
import type { Lease } from '../lease/lease'
import type { PoolState } from '../lease/pool-state'
import { releaseLease, wakeAll } from '../lease/release'
import { waitForLease } from '../lease/wait-for-lease'
import type { MediaWarning, TrackDescription } from '../media/media-description'
import { NO_ROOM, type SampleReceiver } from '../media/sample-receiver'
import type { Batch } from './batch'
import { mintBatch } from './batch-inside'
import type { SampleRanges } from '../cipher/common-encryption/sample-ranges'
import { addRow, compactRows, dropRow, hasRoom, layRanges, startFilling, type Filling } from './filling'
import { closeSlot, eachSlotOf, openSlot, type Slot } from './open-slots'
import { UNPROTECTED, type RowProtection } from './row-protection'
import { createColumns, IV_BYTES, MOST_SAMPLES, type SampleColumns } from './sample-columns'
import { SCHEME_COCKTAIL, SCHEME_MCE } from './schemes'
import type { State, StateName } from './state'

/** What the batches of one source have in common. */
export interface AssemblerOptions<S extends State> {
  readonly pool: PoolState
  readonly state: StateName
  readonly tracks: ReadonlyMap<number, TrackDescription>
  /** Ways of protection that samples are under. A source that finds further ones in its file adds them at the end. */
  readonly protections: ReadonlyArray<RowProtection>
  /** Which of them the samples of a track are under, unless {@link BatchAssembler.detail} says so of each. */
  readonly protectionOf: (track: number) => number
  /** A protected sample that does not say its id is dropped with a warning; otherwise it is a fault. */
  readonly salvage: boolean
  readonly emit: (batch: Batch<S>) => void
  readonly cancelled: () => boolean
}

/** What a container knows of a sample beyond what every one does. */
export interface SampleDetail {
  /** 100 ns units. */
  readonly decodeTime: number
  readonly duration: number
  /** Which of the protections it is under. */
  readonly protection: number
  readonly ranges?: SampleRanges
}

/** A receiver that fills leased batches. */
export interface BatchAssembler extends SampleReceiver {
  /** Adds to a sample that has begun. */
  readonly detail: (slot: number, detail: SampleDetail) => void
  /** Ends the input: samples still open are dropped and the rest leaves. */
  readonly end: () => void
  /** Gives back what was not emitted. Harmless after `end`. */
  readonly discard: () => void
  /** Samples that were dropped here although the file has them. */
  readonly warnings: () => ReadonlyArray<MediaWarning>
}

/** The state of one assembler. */
interface Assembly<S extends State> extends AssemblerOptions<S> {
  readonly log: WarningLog
  /** Columns of batches that came back. */
  readonly spare: SampleColumns[]
  readonly slots: Array<Slot | undefined>
  /** The batch that takes new samples. */
  current: Filling | undefined
  /** The batch before it, full, while samples in it are open. */
  waiting: Filling | undefined
  /** Rows that the next batch takes at most. */
  nextRows: number
}

/**
 * Rows of the first batch; each one after it takes twice as many, up to the most. Small samples cost much for their bytes, and
 * who waits for the first of them would wait for a whole batch. Pictures are more than a decoder holds back all the same.
 */
const FIRST_ROWS = 256
const GROWTH = 2

/**
 * Fills batches from a demuxer, in the order in which samples begin. A batch leaves when it is full and its samples are
 * whole. A sample that is still open when the batch after it is full is dropped as incomplete, with a warning.
 *
 * @errors `SampleTooLarge`; `MalformedMedia` for a protected sample without its id. Thrown in a `PipelineError`.
 */
export const createBatchAssembler = <S extends State>(options: AssemblerOptions<S>): BatchAssembler => {
  const log = createWarningLog()
  const start = { current: undefined, waiting: undefined, nextRows: FIRST_ROWS }
  const assembly: Assembly<S> = { ...options, ...start, log, spare: [], slots: [] }
  const { slots } = assembly
  return {
    cancelled: options.cancelled,
    begin: (track, size, time, flags, at) => {
      const { pool } = options
      if (size > pool.maxSample) {
        throw new PipelineError({ type: 'SampleTooLarge', at, bytes: size, limit: pool.maxSample })
      }
      const filling = roomFor(assembly, size)
      if (filling === undefined) return NO_ROOM
      const protection = options.protectionOf(track)
      const { scheme } = options.protections[protection] ?? UNPROTECTED
      const row = addRow(filling, { track, size, time, flags, protection, scheme })
      const units = scheme === SCHEME_COCKTAIL ? [] : undefined
      return openSlot(slots, { filling, row, track, at, identified: scheme !== SCHEME_MCE, units, abandoned: false })
    },
    detail: (index, detail) => {
      const slot = liveSlot(assembly, index)
      if (slot !== undefined) addDetail(assembly, slot, detail)
    },
    // Who is cancelled is not kept waiting for leases that nobody holds any more.
    ready: () => (options.cancelled() ? Promise.resolve() : waitForLease(options.pool)),
    protection: (index, bytes, from, length) => {
      const slot = liveSlot(assembly, index)
      if (slot === undefined) return
      slot.identified = true
      slot.filling.columns.iv.set(bytes.subarray(from, from + Math.min(length, IV_BYTES)), slot.row * IV_BYTES)
    },
    write: (index, bytes, from, length, into) => {
      const slot = liveSlot(assembly, index)
      if (slot === undefined) return
      writeInto(slot, bytes.subarray(from, from + length), into)
      slot.units?.push(length)
    },
    complete: (index) => {
      const slot = closeSlot(slots, index)
      if (slot !== undefined) finishSample(assembly, slot)
    },
    drop: (index) => {
      const slot = closeSlot(slots, index)
      if (slot === undefined) return
      abandon(slot)
      leaveWhenWhole(assembly)
    },
    end: () => {
      for (const slot of slots) if (slot !== undefined) abandon(slot)
      seal(assembly)
      leaveWhenWhole(assembly)
    },
    discard: () => {
      discard(assembly)
    },
    warnings: log.list,
  }
}

/** The slot, unless its sample was given up or its memory taken back: the demuxer may still speak of it. */
const liveSlot = <S extends State>({ slots }: Assembly<S>, index: number): Slot | undefined => {
  const slot = slots[index]
  return slot === undefined || slot.abandoned || slot.filling.lease.owners === 0 ? undefined : slot
}

const writeInto = ({ filling: { lease, columns }, row }: Slot, bytes: Uint8Array, into: number): void => {
  if (into + bytes.length > (columns.size[row] ?? 0)) throw new RangeError('a demuxer writes past the end of its sample')
  lease.bytes.set(bytes, (columns.offset[row] ?? 0) + into)
}

const addDetail = <S extends State>({ protections }: Assembly<S>, { filling, row }: Slot, detail: SampleDetail): void => {
  const { columns, ranges } = filling
  columns.decodeTime[row] = detail.decodeTime
  columns.duration[row] = detail.duration
  columns.protection[row] = detail.protection
  columns.scheme[row] = (protections[detail.protection] ?? UNPROTECTED).scheme
  if (detail.ranges !== undefined) ranges.set(row, detail.ranges)
}

const roomFor = <S extends State>(assembly: Assembly<S>, size: number): Filling | undefined => {
  if (assembly.cancelled()) return undefined
  if (assembly.current !== undefined && hasRoom(assembly.current, size)) return assembly.current
  seal(assembly)
  // The batch that has just left may have ended the run, and a lease taken now would never come back.
  if (assembly.cancelled()) return undefined
  const lease = leaseFor(assembly, size)
  if (lease === undefined) return undefined
  const columns = assembly.spare.pop() ?? createColumns()
  lease.onTakenBack = () => {
    assembly.spare.push(columns)
  }
  assembly.current = startFilling(lease, columns, assembly.nextRows)
  assembly.nextRows = Math.min(MOST_SAMPLES, assembly.nextRows * GROWTH)
  return assembly.current
}

const leaseFor = <S extends State>(assembly: Assembly<S>, size: number): Lease | undefined => {
  const { pool } = assembly
  if (size <= pool.batchBytes) return tryAcquire(pool)
  const lease = tryAcquireSingle(pool, size)
  if (lease !== undefined || assembly.waiting?.lease.single !== true) return lease
  // The large sample before is open still, and will not be whole before this one has room: nobody else can give way.
  abandonOpen(assembly, assembly.waiting)
  leaveWhenWhole(assembly)
  return assembly.cancelled() ? undefined : tryAcquireSingle(pool, size)
}

/** Closes the current batch to further samples; what the batch before it still lacks is given up. */
const seal = <S extends State>(assembly: Assembly<S>): void => {
  const { current, waiting } = assembly
  if (current === undefined) return
  if (waiting !== undefined) abandonOpen(assembly, waiting)
  leaveWhenWhole(assembly)
  assembly.current = undefined
  assembly.waiting = current
  leaveWhenWhole(assembly)
}

const leaveWhenWhole = <S extends State>(assembly: Assembly<S>): void => {
  const { waiting, pool, state, tracks, protections, emit } = assembly
  if (waiting === undefined || waiting.open > 0) return
  assembly.waiting = undefined
  compactRows(waiting)
  layRanges(waiting)
  const { lease, columns, count } = waiting
  if (count === 0) releaseLease(pool, lease)
  else if (lease.owners > 0) emit(mintBatch<S>({ state, pool, lease, columns, count, tracks, protections }))
}

const finishSample = <S extends State>(assembly: Assembly<S>, slot: Slot): void => {
  const { filling, row, track, at, identified, units, abandoned } = slot
  if (!abandoned) {
    if (units !== undefined) filling.ranges.set(row, unitRanges(units))
    if (identified) filling.open -= 1
    else {
      // Under a made-up id the sample would come out as noise under the right label.
      if (!assembly.salvage) throw new PipelineError(withoutId(at, track))
      assembly.log.add(at, `protected sample of stream ${String(track)} without its sample ID dropped`)
      abandon(slot)
    }
  }
  leaveWhenWhole(assembly)
}

/** Units are protected whole. */
const unitRanges = (units: ReadonlyArray<number>): SampleRanges => ({
  clear: new Uint8Array(units.length),
  protected: units,
  first: 0,
  count: units.length,
})

const withoutId = (at: number, track: number): PipelineError['fault'] => ({
  type: 'MalformedMedia',
  format: 'asf',
  at,
  expected: `the sample ID of a protected sample of stream ${String(track)}`,
  found: 'none',
})

const abandonOpen = <S extends State>({ slots, log }: Assembly<S>, filling: Filling): void => {
  for (const slot of eachSlotOf(slots, filling)) {
    log.add(slot.at, `sample of stream ${String(slot.track)} dropped: still open when the batch after it was full`)
    abandon(slot)
  }
}

const abandon = (slot: Slot): void => {
  if (slot.abandoned) return
  slot.abandoned = true
  dropRow(slot.filling, slot.row)
}

const discard = <S extends State>(assembly: Assembly<S>): void => {
  const { pool, current, waiting } = assembly
  assembly.current = undefined
  assembly.waiting = undefined
  if (waiting !== undefined) releaseLease(pool, waiting.lease)
  if (current !== undefined) releaseLease(pool, current.lease)
  wakeAll(pool)
}
