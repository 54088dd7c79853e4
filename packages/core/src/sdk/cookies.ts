import type { CoreFault } from '../fault/core-fault'
import { createEventQueue, type EventPull } from './event-queue'
import { FAULT_CODE } from './fault-code'
import { generationB } from './generation-b'
import { HRESULT } from './hresult'
import type { Operation } from './operation'
import type { Process, ProcessKind } from './process'
import type { MediaEvent } from './status-object'
import { createTurns } from './turns'

/** Names one operation of one object; another object knows nothing of it (EV-8). Compared by identity. */
export interface Cookie {
  readonly kind: ProcessKind
}

/** The answer to a start of the second generation. It speaks for the start only; a refused one is followed by no event (EV-7). */
export type CookieStart =
  | { readonly hr: 0; readonly cookie: Cookie; readonly fault: null }
  | { readonly hr: number; readonly cookie: null; readonly fault: CoreFault | null }

/** What an operation of the second generation is started with. */
export interface CookiePlan {
  readonly kind: ProcessKind
  readonly process: Process
  /** Receives the events instead of the queue. */
  readonly deliver?: (event: MediaEvent) => void
}

/** What every object of the second generation offers beside its own calls. */
export interface EventGenerator extends EventPull {
  /**
   * Stops one operation; its end is still reported.
   *
   * @returns NS_E_INVALID_REQUEST when it is over, E_INVALIDARG for a cookie of another object; neither has an effect (EV-9).
   */
  readonly cancelAsyncOperation: (cookie: Cookie) => number
  /** @returns NS_E_INVALID_REQUEST while an operation runs: objects are released after their last terminal signal (EV-18). */
  readonly release: () => number
}

/** The operations of one object of the second generation, its queue and its cookies. */
export interface CookieOperations {
  readonly generator: EventGenerator
  readonly start: (plan: CookiePlan) => CookieStart
}

/** Makes the inside of an object of the second generation. */
export const createCookieOperations = (): CookieOperations => {
  const queue = createEventQueue()
  const turns = createTurns()
  const operations = new WeakMap<Cookie, Operation>()
  let released = false
  return {
    generator: {
      ...queue.source,
      cancelAsyncOperation: (cookie) => {
        const operation = operations.get(cookie)
        if (operation === undefined) return HRESULT.E_INVALIDARG
        if (!operation.isRunning()) return HRESULT.NS_E_INVALID_REQUEST
        operation.cancel()
        return HRESULT.S_OK
      },
      release: () => {
        if (!turns.isIdle()) return HRESULT.NS_E_INVALID_REQUEST
        released = true
        return HRESULT.S_OK
      },
    },
    start: ({ kind, process, deliver = queue.push }) => {
      if (released) return refusedStart({ type: 'HandleStale' })
      const { hr, operation } = turns.start({ kind, process, translate: generationB(kind), deliver })
      if (operation === null) return { hr, cookie: null, fault: null }
      const cookie: Cookie = Object.freeze({ kind })
      operations.set(cookie, operation)
      return { hr: HRESULT.S_OK, cookie, fault: null }
    },
  }
}

/** A start that is refused for a fault, with its code. */
export const refusedStart = (fault: CoreFault): CookieStart => ({
  hr: HRESULT[FAULT_CODE[fault.type] ?? 'E_ABORT'],
  cookie: null,
  fault,
})

/** A start that is refused for its flags. */
export const refusedFlags = (expected: string, flags: number): CookieStart =>
  refusedStart({ type: 'BadInput', where: 'flags', expected, found: `0x${(flags >>> 0).toString(16)}` })
