import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { homeProjections } from '../home/home-projections'
import { verifySnapshots } from '../home/verify-snapshots'
import type { VerifiedLog } from '../store/verify-log'
import { verifyStore } from '../store/verify-store'
import { vaultSnapshotChecks } from '../vault/snapshot-checks'
import { MOST_FINDINGS, type VerifiedHome } from './verified-home'
import { verifyAnchors } from './verify-anchors'
import { verifyLicenses } from './verify-licenses'

/** A model that is ahead of the log is a mark of a log that was cut off; an anchor says so, if there is one. */
const cutOffOr =
  (home: Home) =>
  (fault: CoreFault): TE.TaskEither<CoreFault, VerifiedLog> =>
    fault.type !== 'ModelBroken'
      ? TE.left(fault)
      : pipe(
          home.log.head(),
          TE.flatMap((head): TE.TaskEither<CoreFault, unknown> => verifyAnchors(home, head)),
          TE.flatMap((): TE.TaskEither<CoreFault, VerifiedLog> => TE.left(fault))
        )

const verifyStored = (home: Home): TE.TaskEither<CoreFault, VerifiedLog> =>
  pipe(
    verifyStore({ ...home.store, ...home.log }, { logId: home.logId, projections: homeProjections }),
    TE.orElse(cutOffOr(home))
  )

/**
 * Checks a home from its stored bytes: the values beside the log, the chain of the log and its head, the read models, the
 * anchors in the log and outside the home, kept states of streams, and the licenses with their keys. Changes nothing but
 * read models that lag, and holds no more of the log than a page and a mark for each row of the models.
 *
 * @errors the first thing that breaks the log: `LogBroken` with the record, `LogTruncated`, `ModelBroken`, `StateBroken`;
 * those of the store. Licenses that are damaged, and checks that could not be made, are in the answer.
 */
export const verifyHome = (home: Home): TE.TaskEither<CoreFault, VerifiedHome> =>
  pipe(
    verifyStored(home),
    TE.bindTo('log'),
    TE.bind('anchors', ({ log }) => verifyAnchors(home, log.head)),
    TE.tap(() => verifySnapshots({ ...home.store, ...home.log }, vaultSnapshotChecks)),
    TE.bind('vault', () => verifyLicenses(home)),
    TE.map(({ log: { events, head }, anchors, vault }) => ({
      events,
      head,
      anchors: anchors.anchors,
      licenses: vault.licenses,
      keys: vault.keys,
      findings: [...anchors.findings, ...vault.findings].slice(0, MOST_FINDINGS),
      damaged: anchors.findings.length + vault.damaged,
      unchecked: [...anchors.unchecked, ...vault.unchecked],
    }))
  )
