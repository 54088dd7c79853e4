import { HRESULT, type HresultName } from './hresult'
import { startOperation, type Operation, type OperationPlan } from './operation'
import type { ProcessKind } from './process'

/** Operations that exclude one another, and what a second one is refused with. */
interface Turn {
  readonly lane: string
  readonly busy: HresultName
}

const BACKUP_OR_RESTORE: Turn = { lane: 'backup-restore', busy: 'NS_E_DRM_BACKUPRESTORE_BUSY' }

/** @source docs/reference/domain.md, BR-18, IN-10, LI-65; the general code where the platform has none of its own */
const TURN: Readonly<Record<ProcessKind, Turn>> = {
  backup: BACKUP_OR_RESTORE,
  restore: BACKUP_OR_RESTORE,
  individualization: { lane: 'individualization', busy: 'NS_E_DRM_INDIVIDUALIZING' },
  revocation: { lane: 'revocation', busy: 'NS_E_DRM_BUSY' },
  acquisition: { lane: 'acquisition', busy: 'NS_E_DRM_ACQUIRING_LICENSE' },
  monitoring: { lane: 'monitoring', busy: 'NS_E_DRM_ACQUIRING_LICENSE' },
  cleaning: { lane: 'cleaning', busy: 'NS_E_DRM_BUSY' },
}

/** The answer to a start: the operation, or the code of the refusal. */
export type Started = { readonly hr: 0; readonly operation: Operation } | { readonly hr: number; readonly operation: null }

/** The operations of one object, by turns. */
export interface Turns {
  readonly start: <Signal>(plan: OperationPlan<Signal>) => Started
  /** The operation of this kind, if one can be cancelled. */
  readonly running: (kind: ProcessKind) => Operation | undefined
  readonly isIdle: () => boolean
}

/** Keeps the operations of one object apart. A refused start leaves the running operation alone and emits nothing (BR-19, EV-7). */
export const createTurns = (): Turns => {
  const taken = new Map<string, { readonly kind: ProcessKind; readonly operation: Operation }>()
  return {
    start: (plan) => {
      const { lane, busy } = TURN[plan.kind]
      if (taken.has(lane)) return { hr: HRESULT[busy], operation: null }
      const operation = startOperation(plan, () => taken.delete(lane))
      taken.set(lane, { kind: plan.kind, operation })
      return { hr: HRESULT.S_OK, operation }
    },
    running: (kind) => {
      const turn = taken.get(TURN[kind].lane)
      return turn?.kind === kind && turn.operation.isRunning() ? turn.operation : undefined
    },
    isIdle: () => taken.size === 0,
  }
}
