import * as E from 'fp-ts/Either'

import { newEvent } from '../event/define-event'
import type { RecordedEvent } from '../event/decode-event'
import type { KeyId } from '../identity/key-id'
import type { NewEvent } from '../store/event-store'
import type { LicenseName } from './license-name'
import {
  GrantClosed,
  GrantOpened,
  KeyReleased,
  UseBroken,
  UseFinished,
  UseResumed,
  UseReturned,
  type USE_EVENTS,
} from './use-event'

type UseEvent = RecordedEvent<(typeof USE_EVENTS)[number]>

/**
 * Where one use stands. Of `released` and `returned` exactly one is ever reached; `resumed` comes after `released` or `finished`
 * and leads to `released` again. `ended` is a use whose run broke off.
 */
export interface UseState {
  readonly stage: 'none' | 'reserved' | 'released' | 'resumed' | 'returned' | 'finished' | 'ended'
  /** The licenses that it was taken from: of a chain the leaf, then the root; none before the reservation. */
  readonly licenses: ReadonlyArray<LicenseName>
  /** Whether counts fell for it. */
  readonly counted: boolean
}

/** What may be asked of a use. */
export type UseCommand =
  | { readonly type: 'ReleaseKey'; readonly useId: string; readonly grantId: string; readonly keyIds: ReadonlyArray<KeyId> }
  | { readonly type: 'ReturnUse'; readonly useId: string; readonly why: 'expired' | 'refused' | 'cancelled' }
  | { readonly type: 'ResumeUse'; readonly useId: string }
  | { readonly type: 'EndUse'; readonly useId: string; readonly grantId: string; readonly outcome: 'finished' | 'broken' }

/** A command that comes too late or too early. */
export interface UseNotOpen {
  readonly type: 'UseNotOpen'
  readonly stage: UseState['stage']
}

/** A use that nobody has asked for. */
export const initial: UseState = { stage: 'none', licenses: [], counted: false }

/**
 * A process may be killed while its keys are out, when it was to go on and had no keys yet, and when all samples are sealed and not
 * yet written.
 */
const RESUMABLE: ReadonlySet<UseState['stage']> = new Set(['released', 'resumed', 'finished'])

const notOpen = ({ stage }: UseState): E.Either<UseNotOpen, never> => E.left({ type: 'UseNotOpen', stage })

/** Chooses the events of one step. A use can be returned from the reservation only; a key
 * be released from there, and when the use was resumed. */
export const decide = (state: UseState, command: UseCommand): E.Either<UseNotOpen, ReadonlyArray<NewEvent>> => {
  const { useId } = command
  switch (command.type) {
    case 'ReleaseKey': {
      if (state.stage !== 'reserved' && state.stage !== 'resumed') return notOpen(state)
      const { grantId, keyIds } = command
      return E.right([newEvent(KeyReleased, { useId, keyIds }), newEvent(GrantOpened, { useId, grantId })])
    }
    case 'ReturnUse':
      return state.stage === 'reserved'
        ? E.right(state.licenses.map((license) => newEvent(UseReturned, { useId, ...license, why: command.why })))
        : notOpen(state)
    case 'ResumeUse':
      return RESUMABLE.has(state.stage) ? E.right([newEvent(UseResumed, { useId })]) : notOpen(state)
    case 'EndUse': {
      if (state.stage !== 'released') return notOpen(state)
      const { grantId, outcome } = command
      const end = outcome === 'finished' ? newEvent(UseFinished, { useId }) : newEvent(UseBroken, { useId })
      return E.right([end, newEvent(GrantClosed, { useId, grantId, outcome })])
    }
  }
}

/** The state after one more event. */
export const evolve = (state: UseState, event: UseEvent): UseState => {
  switch (event.type) {
    case 'UseReserved':
    case 'ProtectionAuthorized':
    case 'ImportAuthorized': {
      const { issuer, lid } = event.data
      // A chain has a reservation for each of its links.
      return { stage: 'reserved', licenses: [...state.licenses, { issuer, lid }], counted: event.type === 'UseReserved' }
    }
    case 'KeyReleased':
      return { ...state, stage: 'released' }
    case 'UseResumed':
      return { ...state, stage: 'resumed' }
    case 'UseReturned':
      return { ...state, stage: 'returned' }
    case 'UseFinished':
      return { ...state, stage: 'finished' }
    case 'UseBroken':
      return { ...state, stage: 'ended' }
    case 'GrantOpened':
    case 'GrantClosed':
      return state
  }
}
