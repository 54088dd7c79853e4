import * as E from 'fp-ts/Either'

import type { Home } from '../home/home'
import { chainCandidates } from '../license/chain-candidates'
import type { HeldLicense } from '../license/held-license'
import type { Candidate } from '../transfer/candidate'
import type { Past } from './past'
import { pastDoubt } from './past-belief'
import type { PastLicense } from './past-license'

const doubtOf = (home: Pick<Home, 'authorityRoot'>, { issuers, revocation }: Past, { name }: PastLicense) =>
  pastDoubt(home, issuers, revocation, name.issuer)

/**
 * The licenses that a question is put to: those that it is about, each leaf once for each of its roots, in the order in
 * which they are asked; those that were not believed come last. Licenses that were gone are among them and say so.
 */
export const pastCandidates = (
  home: Pick<Home, 'authorityRoot'>,
  past: Past,
  isAsked: (license: PastLicense) => boolean
): ReadonlyArray<Candidate> => {
  const believed = (licenses: ReadonlyArray<PastLicense>): ReadonlyArray<HeldLicense> =>
    licenses.filter((license) => doubtOf(home, past, license) === undefined).map(({ held }) => held)
  const asked = past.licenses.filter(isAsked)
  const doubted = asked.flatMap((license): ReadonlyArray<Candidate> => {
    const why = doubtOf(home, past, license)
    return why === undefined ? [] : [{ ...license.name, held: E.left({ why, stored: license.held }) }]
  })
  return [
    ...chainCandidates(believed(asked), believed(past.licenses)).map(
      (held): Candidate => ({ issuer: held.license.issuer, lid: held.license.lid, held: E.right(held) })
    ),
    ...doubted,
  ]
}
