import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { verifyLog } from '../store/verify-log'
import { MOST_FINDINGS, type VerifiedHome } from './verified-home'
import { verifyAnchors } from './verify-anchors'
import { verifyLicenses } from './verify-licenses'

/**
 * Checks a home from its stored bytes, in this order: the chain of the log and its head, the anchors in it and outside
 * the home, the values and read models beside it, the licenses with their keys. Changes nothing, and holds no more than
 * a page of the log at a time.
 *
 * @errors the first thing that breaks the log: `LogBroken` with the record, `LogTruncated`, `ModelBroken`, `StateBroken`;
 * those of the store. Licenses that are damaged, and checks that could not be made, are in the answer.
 */
export const verifyHome = (home: Home): TE.TaskEither<CoreFault, VerifiedHome> =>
  pipe(
    verifyLog(home.log, home.logId),
    TE.bindTo('log'),
    TE.bind('anchors', ({ log }) => verifyAnchors(home, log.head)),
    TE.chainFirst((): TE.TaskEither<CoreFault, void> => home.log.selfCheck()),
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
