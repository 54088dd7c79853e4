import type { TaskEither } from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import { foldStream, type Folded } from '../home/fold-stream'
import type { EventStore } from '../store/event-store'
import type { Holding } from './holding-decider'
import { holdingFold } from './holding-fold'
import { licenseStream } from './license-event'
import type { LicenseName } from './license-name'

/** Reads all that the log says about one license. @errors those of the store, and `EventUnreadable`. */
export const readHolding = (store: EventStore, { issuer, lid }: LicenseName): TaskEither<CoreFault, Folded<Holding>> =>
  foldStream(store, licenseStream(issuer, lid), holdingFold)
