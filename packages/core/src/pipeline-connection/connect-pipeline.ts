import type { TaskEither } from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import { openGrant } from './open-grant'
import type { OpenedGrant } from './opened-grant'

/** The only way from a grant to a content key. */
export interface Redeemer {
  /**
   * Redeems a grant, once. The value may come from anywhere, so it is taken as unknown.
   *
   * @errors `GrantForged` with what was presented, `GrantUsed`, `GrantExpired`, `HandleStale`, and those of keystore,
   * vault and store.
   */
  readonly open: (grant: unknown) => TaskEither<CoreFault, OpenedGrant>
}

let connected = false

/**
 * Hands the redeemer of grants to the pipeline, which asks when it loads. Throws at every later call: whoever asks
 * second is not the pipeline, or a second copy of it.
 */
export const connectPipeline = (): Redeemer => {
  if (connected) {
    throw new Error(
      'the redeemer of grants was handed out already: @custody/pipeline takes it when it loads, and nothing else may. ' +
        'Is the package installed twice?'
    )
  }
  connected = true
  return Object.freeze({ open: openGrant })
}
