import type { CoreFault } from './core-fault'

/** The one error class on core's Observables. Match on `fault.type`, never on the message. */
export class CoreError extends Error {
  constructor(readonly fault: CoreFault) {
    super(fault.type)
    this.name = 'CoreError'
  }
}
