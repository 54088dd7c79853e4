import { concatMap, defer, type Observable } from 'rxjs'

import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { ModelRow } from '../store/log-access'
import { LIVE_LICENSES } from './license-index'

/** The row of every license in the vault, by key ID; cold. @errors those of the store, as `CoreError`. */
export const liveRows = (home: Home): Observable<ModelRow> =>
  // The look-up brings the model up to the log.
  defer(() => runTask(home.store.lookUp(LIVE_LICENSES, ''))).pipe(concatMap(() => home.log.modelRows(LIVE_LICENSES)))
