import type { GrantSession } from '@custody/core/pipeline-connection'
import type { CoreFault } from '@custody/core/fault'
import * as E from 'fp-ts/Either'

import { PipelineError } from '../../fault/pipeline-error'
import { defences } from '../../lease/defences'

/** Gives out the salts of a session that is offered: each once, rising over all streams. */
export interface SaltSource {
  /**
   * Sees that so many are in hand, before they are used (P5).
   *
   * @errors `SaltExhausted` (IM-22); `GrantRefused` for those of the store.
   */
  readonly ensure: (count: number) => Promise<void>
  /** The next; never more of them than were ensured. */
  readonly next: () => bigint
}

/** Begins with none in hand. */
export const saltSource = ({ run, reserveSalts }: Pick<GrantSession, 'run' | 'reserveSalts'>): SaltSource => {
  let next = 0n
  let end = 0n
  return {
    ensure: async (count) => {
      while (end - next < BigInt(count)) {
        const reserved = await reserveSalts()()
        if (E.isLeft(reserved)) throw new PipelineError(faultOf(run, reserved.left))
        // Blocks may follow each other or not; what is left of the last one is lost then.
        if (reserved.right.from !== end) next = reserved.right.from
        end = reserved.right.to
      }
    },
    next: () => {
      if (next >= end) throw new RangeError('salts are ensured before they are used')
      next += 1n
      return next - 1n
    },
  }
}

const faultOf = (run: string, fault: CoreFault): PipelineError['fault'] =>
  fault.type === 'CounterRangeExhausted' ? { type: 'SaltExhausted', run } : { type: 'GrantRefused', fault }

/** Lets a salt of a session that comes in pass, if it is greater than all before it. @errors `SaltNotRising`. */
export type SaltCheck = (salt: bigint) => void

/** IM-20: one check for all streams, or two equal salts in different streams would lie under one keystream. */
export const risingSalts = (): SaltCheck => {
  let last = -1n
  return (salt) => {
    if (salt <= last && defences.salts) {
      throw new PipelineError({ type: 'SaltNotRising', salt: String(salt), last: String(last) })
    }
    last = salt
  }
}
