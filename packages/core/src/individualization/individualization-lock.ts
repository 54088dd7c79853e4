import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { takeExclusiveFile } from '../store/sqlite/exclusive-file'

const LOCK = 'individualization.lock'

/**
 * Lets one individualization of a home run at a time (IN-10). The operating system holds the lock, so that of a process that
 * died it is free at once.
 *
 * @returns what gives it back.
 * @errors `Individualizing`; `StoreUnavailable`, `DiskFull` where the home's folder takes no file.
 */
export const takeIndividualizationLock = ({ directory }: Pick<Home, 'directory'>): E.Either<CoreFault, () => void> => {
  const taken = takeExclusiveFile(join(directory, LOCK))
  return E.isLeft(taken) && taken.left.type === 'StoreLocked' ? E.left({ type: 'Individualizing' }) : taken
}
