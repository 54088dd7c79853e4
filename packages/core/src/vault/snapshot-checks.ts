import { snapshotCheck, type SnapshotCheck } from '../home/verify-snapshots'
import { counterFold } from './counter-fold'
import { holdingFold } from './holding-fold'

/** The checks of all folds of the vault that keep snapshots. */
export const vaultSnapshotChecks: ReadonlyArray<SnapshotCheck> = [snapshotCheck(holdingFold), snapshotCheck(counterFold)]
