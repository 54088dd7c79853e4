import * as E from 'fp-ts/Either'

import type { CheckedChain } from '../certificate/checked-certificate'
import { verifyChain } from '../certificate/verify-chain'
import type { CoreFault } from '../fault/core-fault'
import type { HomeOptions } from './home-options'

/** Certificates that are not good are a wrong configuration: an application that says who it is has to prove it. */
export const checkedApplication = ({
  application,
  authorityRoot,
  clock,
}: HomeOptions): E.Either<CoreFault, CheckedChain | undefined> =>
  application === undefined
    ? E.right(undefined)
    : verifyChain(application, { root: authorityRoot, use: 'export', now: clock.now() })
