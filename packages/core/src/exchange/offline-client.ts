import * as TE from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import type { ServiceClient } from './service-client'

/**
 * A client for a computer that may not ask services, by a rule of whoever administers it (IN-35): it sends nothing and answers
 * `OnlineDisabled`.
 *
 * @param place the service that is not asked, as notices name it.
 */
export const offlineClient = (place: string): ServiceClient => {
  const disabled: TE.TaskEither<CoreFault, never> = TE.left({ type: 'OnlineDisabled', place })
  return { place, call: () => disabled, fetch: () => disabled, fetchLong: () => disabled }
}
