import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { takeExclusiveFile } from '../store/sqlite/exclusive-file'

const LOCK = 'acquisition.lock'

/**
 * Lets one acquisition of a home run at a time (LI-65). That of a process that died is free again at once.
 *
 * @returns what gives it back; to be called when the acquisition is over, however it ended.
 * @errors `Acquiring`; `StoreUnavailable`, `DiskFull` where the home's folder takes no file.
 */
export const takeAcquisitionLock =
  ({ directory }: Pick<Home, 'directory'>): TaskEither<CoreFault, () => void> =>
  () => {
    const taken = takeExclusiveFile(join(directory, LOCK))
    return Promise.resolve(E.isLeft(taken) && taken.left.type === 'StoreLocked' ? E.left({ type: 'Acquiring' as const }) : taken)
  }
