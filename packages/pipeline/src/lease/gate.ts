import { BehaviorSubject, NEVER, Observable, Subject } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch, releaseBatch } from '../batch/batch-inside'
import { copyBatch } from '../batch/copy-batch'
import { createColumns, type SampleColumns } from '../batch/sample-columns'
import type { State } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import { acquireCopy } from './acquire'
import { createFlow, type Flow } from './flow'
import type { PoolState } from './pool-state'

/** Where batches go into one branch of a fan-out. */
export interface Gate<S extends State> {
  readonly flow: Flow
  /** Of the batches; undefined before the first. */
  pool: PoolState | undefined
  /** The input of the branch, which it subscribes once, now or later. */
  readonly input: Observable<Batch<S>>
  readonly door: Subject<Batch<S>>
  /** The branch takes no more, though it may still work. */
  readonly close: () => void
  isOpen: boolean
}

/** What the gates of one fan-out have in common. */
export interface Gateway {
  /** How many branches have yet to subscribe: one that opens a grant first does so later. */
  readonly waitedFor: BehaviorSubject<number>
  /** Ends them all. */
  readonly breach: Subject<never>
  /** How many are open. */
  readonly open: BehaviorSubject<number>
  /** The ways that batches came on. */
  readonly before: Set<Flow>
  /** Columns of copies that came back. */
  readonly spare: SampleColumns[]
}

/** A gateway for so many branches. */
export const createGateway = (branches: number): Gateway => ({
  waitedFor: new BehaviorSubject(branches),
  breach: new Subject(),
  open: new BehaviorSubject(branches),
  before: new Set(),
  spare: [],
})

const oneLess = (count: BehaviorSubject<number>): void => {
  count.next(count.value - 1)
}

/** A gate that nobody has gone through. */
export const createGate = <S extends State>(name: string, gateway: Gateway): Gate<S> => {
  const door = new Subject<Batch<S>>()
  let isTaken = false
  const input = new Observable<Batch<S>>((subscriber) => {
    if (isTaken) {
      gateway.breach.error(new PipelineError({ type: 'PipelineRunning' }))
      // Not an error: `retry` would begin again at once, and for ever.
      return NEVER.subscribe(subscriber)
    }
    isTaken = true
    const subscription = door.subscribe(subscriber)
    subscription.add(() => {
      gate.close()
    })
    oneLess(gateway.waitedFor)
    return subscription
  })
  const gate: Gate<S> = {
    flow: createFlow(name),
    pool: undefined,
    input,
    door,
    isOpen: true,
    close: () => {
      if (!gate.isOpen) return
      gate.isOpen = false
      // Whoever leaves now did so on purpose, or its flow would have ended in a fault.
      if (gateway.open.value === 1) for (const flow of gateway.before) flow.cut = true
      oneLess(gateway.open)
    },
  }
  return gate
}

/** Lets a batch through all gates that are open: itself through the first, and copies of it through the others. */
export const split = <S extends State>(batch: Batch<S>, gates: ReadonlyArray<Gate<S>>, { before, spare }: Gateway): void => {
  const { flow } = openBatch(batch).lease
  if (flow !== undefined) before.add(flow)
  const open = gates.filter(({ isOpen }) => isOpen)
  // All copies first: a branch may rewrite its own at once.
  const each = [batch, ...open.slice(1).map(() => copyOf(batch, spare))]
  for (const [index, gate] of open.entries()) passThrough(gate, each[index])
}

const copyOf = <S extends State>(batch: Batch<S>, spare: SampleColumns[]): Batch<S> => {
  const { pool, lease: original } = openBatch(batch)
  const lease = acquireCopy(pool, original)
  const columns = spare.pop() ?? createColumns()
  lease.place = original.place
  lease.onTakenBack = () => {
    spare.push(columns)
  }
  return copyBatch(batch, { lease, columns })
}

const passThrough = <S extends State>(gate: Gate<S>, batch: Batch<S> | undefined): void => {
  // The branch before may have ended them all.
  if (batch === undefined || !gate.isOpen) {
    releaseBatch(batch)
    return
  }
  const { pool, lease } = openBatch(batch)
  gate.pool = pool
  lease.flow = gate.flow
  gate.door.next(batch)
}
