import type { Action } from './action'
import type { Circumstances } from './evaluation'

const BURN: Action = 'PlaylistBurn'
const COPY: Action = 'Copy'

/** A level that meets every minimum: for a question that does not ask about levels. */
const NOT_ASKED = Number.POSITIVE_INFINITY

const withoutDelivery = ({ now, clock, device, session }: Circumstances): Circumstances => ({
  now,
  clock,
  device,
  ...(session && { session }),
})

/**
 * What of the circumstances a hint depends on. A burn query ignores level and target (LI-8); the application's level
 * counts for rendering only, the target of a copy for copying only (LI-9). A use is judged by all of them.
 */
export const queryEnvironment = (action: string, circumstances: Circumstances): Circumstances => {
  if (action !== BURN && action !== COPY) {
    return circumstances.delivery?.type === 'copy' ? withoutDelivery(circumstances) : circumstances
  }
  const device = { ...circumstances.device, applicationLevel: NOT_ASKED }
  return action === BURN ? withoutDelivery({ ...circumstances, device }) : { ...circumstances, device }
}
