import * as fc from 'fast-check'

import { CoreError } from '../fault/core-error'
import { HRESULT, type HresultName } from './hresult'
import type { ProcessKind } from './process'
import type { MediaEvent, WmtSignal } from './status-object'
import { tracesOf, type DomainTrace } from './testing/domain-traces'
import { GRAMMAR_A, GRAMMAR_B, wordsOfA, wordsOfB } from './testing/grammar'
import { settled } from './testing/scripted-process'
import { named } from './testing/viewed-event'
import { viewWorld, type Slot, type ViewWorld, type WorldOperation } from './testing/view-world'

/** An operation as the model knows it: how many of its events were emitted, and how it ended. */
interface Known {
  readonly operation: WorldOperation
  readonly kind: ProcessKind
  at: number
  end: 'none' | 'ending' | 'own' | 'fault' | 'cancelled'
}

interface Model {
  readonly all: Known[]
  /** In the order in which they ended. */
  readonly ended: Known[]
  readonly running: Map<string, Known>
}

const SLOTS: ReadonlyArray<Slot> = [
  'A.backup',
  'A.restore',
  'A.individualization',
  'A.acquisition',
  'A.monitoring',
  'B.backup',
  'B.restore',
  'B.acquisition',
  'B.monitoring',
  'B.cleaning',
  'B.individualization',
  'B.revocation',
]
const kindOf = (slot: Slot): ProcessKind => slot.slice(2) as ProcessKind
/** Backup and restore take turns (BR-18); everything else is in its own way only. */
const laneOf = (slot: Slot): string => slot.replace(/backup|restore/, 'backup-restore')

/** @source docs/reference/domain.md, BR-18, IN-10, LI-65 */
const BUSY: Readonly<Partial<Record<ProcessKind, HresultName>>> = {
  backup: 'NS_E_DRM_BACKUPRESTORE_BUSY',
  restore: 'NS_E_DRM_BACKUPRESTORE_BUSY',
  individualization: 'NS_E_DRM_INDIVIDUALIZING',
  acquisition: 'NS_E_DRM_ACQUIRING_LICENSE',
  monitoring: 'NS_E_DRM_ACQUIRING_LICENSE',
}
/** @source docs/reference/domain.md, BR-20, IN-30, LI-64 */
const CANCELLED: Readonly<Partial<Record<ProcessKind, HresultName>>> = {
  acquisition: 'NS_S_DRM_ACQUIRE_CANCELLED',
  monitoring: 'NS_S_DRM_MONITOR_CANCELLED',
}

type Command = fc.AsyncCommand<Model, ViewWorld>

const over = (model: Model, known: Known, end: Known['end']): void => {
  known.end = end
  model.running.delete(laneOf(known.operation.slot))
  model.ended.push(known)
}

class Start implements Command {
  constructor(
    readonly slot: Slot,
    readonly trace: DomainTrace,
    readonly cancelAtOnce: boolean
  ) {}

  check = (): boolean => true

  async run(model: Model, world: ViewWorld): Promise<void> {
    const kind = kindOf(this.slot)
    const { hr, operation } = world.start(this.slot, this.trace)
    if (model.running.has(laneOf(this.slot))) {
      expect(hr).toBe(HRESULT[BUSY[kind] ?? 'NS_E_DRM_BUSY'])
      return
    }
    expect(hr).toBe(HRESULT.S_OK)
    if (operation === null) throw new Error('a start that succeeded has an operation')
    const known: Known = { operation, kind, at: 0, end: 'none' }
    model.all.push(known)
    model.running.set(laneOf(this.slot), known)
    if (this.cancelAtOnce) {
      world.cancel(operation, false)
      over(model, known, 'cancelled')
    }
    await settled()
    expect(operation.script.runs).toHaveLength(this.cancelAtOnce ? 0 : 1)
  }

  toString = (): string => `start ${this.slot}${this.cancelAtOnce ? ' and cancel it at once' : ''}`
}

/** Runs on the operation that a number picks among those that were started, over or not. */
abstract class OnOne implements Command {
  constructor(readonly pick: number) {}

  check = ({ all }: Readonly<Model>): boolean => all.length > 0

  async run(model: Model, world: ViewWorld): Promise<void> {
    const known = model.all[this.pick % model.all.length]
    if (known !== undefined) this.on(known, model, world)
  }

  abstract on(known: Known, model: Model, world: ViewWorld): void

  toString = (): string => `${this.constructor.name} ${this.pick}`
}

class Emit extends OnOne {
  on(known: Known): void {
    const { operation, end, at } = known
    const event = operation.trace[at]
    if (event === undefined || operation.script.runs.length === 0) return
    known.at++
    operation.script.last().emit(named('NobodyKnows', { keyId: 7 }), event)
    // The end is told once the process has completed.
    if (end === 'none' && known.at === operation.trace.length) known.end = 'ending'
  }
}

class Fault extends OnOne {
  on(known: Known, model: Model): void {
    const { operation, end } = known
    if (operation.script.runs.length === 0) return
    operation.script.last().fault(new CoreError({ type: 'BindingMismatch', place: 'home' }))
    if (end === 'none' || end === 'ending') over(model, known, end === 'none' ? 'fault' : 'own')
  }
}

class Complete extends OnOne {
  on(known: Known, model: Model): void {
    if (known.end !== 'ending') return
    known.operation.script.last().complete()
    over(model, known, 'own')
  }
}

class Cancel extends OnOne {
  on(known: Known, model: Model, world: ViewWorld): void {
    const { operation, end } = known
    // The calls of the first generation name a kind, so they reach the operation of that kind that runs now.
    const reached = operation.cookie === null ? model.running.get(laneOf(operation.slot)) : known
    const runs = reached?.end === 'none' && reached.kind === known.kind
    expect(world.cancel(operation, false)).toBe(runs ? HRESULT.S_OK : HRESULT.NS_E_INVALID_REQUEST)
    if (reached !== undefined && runs) {
      expect(reached.operation.script.last().isCancelled()).toBe(true)
      over(model, reached, 'cancelled')
    }
    if (end === 'own' || end === 'ending') expect(operation.script.last().isCancelled()).toBe(false)
  }
}

class CancelAtAnother extends OnOne {
  on(known: Known, _model: Model, world: ViewWorld): void {
    const { operation, end } = known
    if (operation.cookie === null) return
    expect(world.cancel(operation, true)).toBe(HRESULT.E_INVALIDARG)
    if (end === 'none') expect(operation.script.last().isCancelled()).toBe(false)
  }
}

const starts = fc
  .constantFrom(...SLOTS)
  .chain((slot) =>
    fc.tuple(tracesOf[kindOf(slot)], fc.integer({ min: 0, max: 5 })).map(([trace, die]) => new Start(slot, trace, die === 0))
  )
const picks = fc.nat(30)
const commands = fc.commands(
  [
    starts,
    ...Array<fc.Arbitrary<Command>>(4).fill(picks.map((pick) => new Emit(pick))),
    picks.map((pick) => new Fault(pick)),
    ...Array<fc.Arbitrary<Command>>(2).fill(picks.map((pick) => new Complete(pick))),
    picks.map((pick) => new Cancel(pick)),
    picks.map((pick) => new CancelAtAnother(pick)),
  ],
  { maxCommands: 60, size: 'max' }
)

/** The parts of a stream that each end with an end. */
const runsIn = <A>(stream: ReadonlyArray<A>, isEnd: (item: A) => boolean): ReadonlyArray<ReadonlyArray<A>> => {
  const runs: A[][] = [[]]
  for (const item of stream) {
    runs.at(-1)?.push(item)
    if (isEnd(item)) runs.push([])
  }
  return runs
}

const endHr = ({ kind, end }: Known): number | undefined => {
  if (end === 'cancelled') return HRESULT[CANCELLED[kind] ?? 'NS_E_DRM_OPERATION_CANCELED']
  return end === 'fault' ? HRESULT.NS_E_DRM_HARDWAREID_MISMATCH : undefined
}

const checkEnd = (known: Known, hr: number | undefined): void => {
  const expected = endHr(known)
  if (expected !== undefined) expect(hr).toBe(expected)
}

interface Group {
  readonly slots: ReadonlyArray<Slot>
  readonly types: ReadonlyArray<number>
  readonly last: ReadonlyArray<number>
}

const EVENTS: ReadonlyArray<Group> = [
  { slots: ['B.backup', 'B.restore'], types: [500, 501, 502, 503], last: [500, 502] },
  { slots: ['B.acquisition', 'B.monitoring'], types: [506], last: [506] },
  { slots: ['B.individualization'], types: [508, 513], last: [508] },
  { slots: ['B.cleaning'], types: [515], last: [515] },
  { slots: ['B.revocation'], types: [516], last: [516] },
]

const checkEvents = ({ ended }: Model, events: ReadonlyArray<MediaEvent>): void => {
  for (const { slots, types, last } of EVENTS) {
    const own = ended.filter(({ operation }) => slots.includes(operation.slot))
    const runs = runsIn(events.filter(({ type }) => types.includes(type)), ({ type }) => last.includes(type))
    expect(runs).toHaveLength(own.length + 1)
    expect(runs.at(-1)).toEqual([])
    own.forEach((known, index) => {
      const run = runs[index] ?? []
      const grammar = known.kind in GRAMMAR_B ? GRAMMAR_B[known.kind as keyof typeof GRAMMAR_B] : /^Completed $/
      expect(wordsOfB(run)).toMatch(grammar)
      const [progress, completed] = TYPES[known.kind] ?? [0, last[0]]
      expect(new Set(run.slice(0, -1).map(({ type }) => type))).toEqual(new Set(run.length > 1 ? [progress] : []))
      expect(run.at(-1)?.type).toBe(completed)
      checkEnd(known, run.at(-1)?.status)
    })
  }
}

const TYPES: Readonly<Partial<Record<ProcessKind, readonly [number, number]>>> = {
  backup: [501, 500],
  restore: [503, 502],
  individualization: [513, 508],
}

/** What ends a run of the first generation: a failing status, END, 23, or what follows SUCCEED. */
const isEndOfA = ({ status, hr }: WmtSignal): boolean => hr >>> 31 === 1 || [23, 26, 27].includes(status)

const checkStatuses = ({ ended }: Model, told: ViewWorld['told']): void => {
  for (const slot of SLOTS.filter((each) => each.startsWith('A.'))) {
    const own = ended.filter(({ operation }) => operation.slot === slot)
    const runs = runsIn(told.get(slot) ?? [], isEndOfA)
    expect([slot, runs.length, runs.at(-1)]).toEqual([slot, own.length + 1, []])
    own.forEach((known, index) => {
      const run = runs[index] ?? []
      expect(wordsOfA(run)).toMatch(GRAMMAR_A[known.kind])
      checkEnd(known, run.at(-1)?.hr)
    })
  }
}

const finish = (model: Model, world: ViewWorld): void => {
  for (const known of [...model.running.values()]) {
    world.cancel(known.operation, false)
    if (known.end === 'ending') known.operation.script.last().complete()
    over(model, known, known.end === 'ending' ? 'own' : 'cancelled')
  }
}

describe('the SDK view, under any sequence of starts, events, faults, completions and cancellations', () => {
  it(
    'P-1, P-2, P-3, BR-16, BR-18, BR-19, EV-5, EV-7…EV-11, EV-15: tells only runs of the grammars, one for each operation',
    () =>
      fc.assert(
        fc.asyncProperty(commands, async (sequence) => {
          const model: Model = { all: [], ended: [], running: new Map() }
          const world = viewWorld()
          await fc.asyncModelRun(() => ({ model, real: world }), sequence)
          finish(model, world)
          checkStatuses(model, world.told)
          checkEvents(model, world.pull())
        }),
        { numRuns: 150 }
      ),
    60_000
  )
})
