import * as fc from 'fast-check'

import { CoreError } from '../fault/core-error'
import { HRESULT, isFailure } from './hresult'
import type { ProcessKind } from './process'
import type { MediaEvent, WmtSignal } from './status-object'
import { tracesOf } from './testing/domain-traces'
import { settled } from './testing/scripted-process'
import { viewWorld, type Slot, type ViewWorld, type WorldOperation } from './testing/view-world'

/** Statuses and events that are the only notice of an end, as numbers. @source docs/reference/domain.md, section 10.1 */
const BACKUP_RESTORE_END = 27
const ACQUIRED = 23
const INDIVIDUALIZED = { status: 24, ends: [0x02, 0x04, 0x08] }
const COMPLETED: Readonly<Record<Extract<Slot, `B.${string}`>, number>> = {
  'B.backup': 500,
  'B.restore': 502,
  'B.acquisition': 506,
  'B.monitoring': 506,
  'B.individualization': 508,
  'B.cleaning': 515,
  'B.revocation': 516,
}
const SLOTS: ReadonlyArray<Slot> = [
  'A.backup',
  'A.restore',
  'A.individualization',
  'A.acquisition',
  'A.monitoring',
  ...(Object.keys(COMPLETED) as ReadonlyArray<keyof typeof COMPLETED>),
]

const stageOf = ({ value }: WmtSignal): number =>
  typeof value === 'object' && value !== null && 'enIndiStatus' in value ? value.enIndiStatus : 0

/** Of all that a callback is told, only what the table names. */
const isNotice = (signal: WmtSignal): boolean => {
  const { status, hr } = signal
  if (status === INDIVIDUALIZED.status) return INDIVIDUALIZED.ends.includes(stageOf(signal))
  return status === BACKUP_RESTORE_END || status === ACQUIRED || isFailure(hr)
}

type Outcome = 'end' | 'fault' | 'no word' | 'cancelled'
const OUTCOMES: ReadonlyArray<Outcome> = ['end', 'fault', 'no word', 'cancelled']

const bringTo: Readonly<Record<Outcome, (world: ViewWorld, operation: WorldOperation, rest: WorldOperation['trace']) => void>> = {
  end: (_, { script }, rest) => script.last().end(...rest),
  fault: (_, { script }) => script.last().fault(new CoreError({ type: 'AuthorityUnknown' })),
  'no word': (_, { script }) => script.last().complete(),
  cancelled: (world, operation) => {
    world.cancel(operation, false)
    operation.script.last().complete()
  },
}

/** What a receiver hears that handles the notices of ends and passes over everything else. */
const listener = (world: ViewWorld, slot: Slot) => {
  const pulled: MediaEvent[] = []
  return (): ReadonlyArray<'notice' | 'other'> => {
    pulled.push(...world.pull())
    const completed = COMPLETED[slot as keyof typeof COMPLETED]
    const heard =
      completed === undefined ? (world.told.get(slot) ?? []).map(isNotice) : pulled.map(({ type }) => type === completed)
    return heard.map((one) => (one ? 'notice' : 'other'))
  }
}

describe('the only notice of an end', () => {
  it.each(SLOTS)('EV-16: %s: comes once however it ends, also to whoever passes over the rest, and not before', (slot) =>
    fc.assert(
      fc.asyncProperty(tracesOf[slot.slice(2) as ProcessKind], fc.nat(), fc.constantFrom(...OUTCOMES), async (trace, at, outcome) => {
        const world = viewWorld()
        const heard = listener(world, slot)
        const { hr, operation } = world.start(slot, trace)
        if (operation === null) throw new Error('nothing runs yet')
        await settled()
        const cut = at % trace.length
        operation.script.last().emit(...trace.slice(0, cut))
        expect([hr, heard().filter((one) => one === 'notice')]).toEqual([HRESULT.S_OK, []])
        expect(isFailure(world.start(slot, trace).hr)).toBe(true)
        bringTo[outcome](world, operation, trace.slice(cut))
        expect(heard().filter((one) => one === 'notice')).toHaveLength(1)
        expect(world.start(slot, trace).hr).toBe(HRESULT.S_OK)
      }),
      { numRuns: 50 }
    )
  )
})
