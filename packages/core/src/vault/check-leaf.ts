import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { AcceptedLicense } from '../license/accepted-license'
import type { HeldLicense } from '../license/held-license'
import { absentLicense } from '../license/license-state'
import { wipeSecret } from '../secret/secret'
import type { ModelExpectation } from '../store/event-store'
import { heldContentKey } from './content-key'
import { heldLicenses, type HeldLicenses } from './held-licenses'
import { licenseFacts } from './license-facts'

const opens =
  (home: Home, leaf: AcceptedLicense) =>
  (root: HeldLicense): TE.TaskEither<CoreFault, boolean> =>
    pipe(
      heldContentKey(home, { license: leaf, state: absentLicense, root }),
      TE.match(
        // Several issuers may have roots of one key ID; a leaf fits one of them.
        (fault): E.Either<CoreFault, boolean> =>
          fault.type === 'KeyMismatch' || fault.type === 'EnvelopeDamaged' ? E.right(false) : E.left(fault),
        (key) => {
          wipeSecret(key)
          return E.right(true)
        }
      )
    )

const rootsOf = ({ candidates }: HeldLicenses): ReadonlyArray<HeldLicense> =>
  candidates.filter(({ license }) => license.document.chain?.role === 'root')

/**
 * Checks a leaf of a chain against the licenses that it hangs on: they must not be leaves themselves, and where a root is
 * at hand, the leaf's key has to open with it and to be the one that the document commits to. Without a root that is
 * checked before the first use.
 *
 * @returns what must still hold when the leaf is stored; nothing for a license that is no leaf.
 * @errors `ChainTooLong` (LI-59), `KeyMismatch`, those of keystore and store.
 */
export const checkLeaf = (
  home: Home,
  license: AcceptedLicense
): TE.TaskEither<CoreFault, ReadonlyArray<ModelExpectation>> => {
  const { uplink } = licenseFacts(license.document)
  if (uplink === null) return TE.right([])
  return pipe(
    heldLicenses(home)(uplink),
    TE.filterOrElse(
      ({ licenses }) => licenses.every(({ facts }) => facts.uplink === null),
      (): CoreFault => ({ type: 'ChainTooLong', keyId: uplink })
    ),
    TE.flatMap((held) =>
      pipe(
        rootsOf(held),
        TE.traverseSeqArray(opens(home, license)),
        TE.filterOrElse(
          (opened) => opened.length === 0 || opened.includes(true),
          (): CoreFault => ({ type: 'KeyMismatch' })
        ),
        TE.map(() => held.expects)
      )
    )
  )
}
