import * as TE from 'fp-ts/TaskEither'
import { count, lastValueFrom } from 'rxjs'

import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'

/** The number of events that a stream holds, whatever they are. @errors those of the store. */
export const streamRevision = (store: EventStore, stream: string): TE.TaskEither<CoreFault, number> =>
  TE.tryCatch(
    () => lastValueFrom(store.read(stream).pipe(count())),
    (error) => {
      if (error instanceof CoreError) return error.fault
      throw error
    }
  )
