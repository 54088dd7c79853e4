import { join } from 'node:path'
import { isOtherLog } from '@custody/core/anchor'
import type { CoreFault } from '@custody/core/fault'
import { systemRandom } from '@custody/core/random'
import type { AuthorityAnchors } from '@custody/services/authority'

import { failure, type CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'

/** Keeps anchors of the services' log beside the machine file: outside of every home and of the authority's own folder. */
export const anchorsBeside = async (machineFile: string): Promise<(authority: string) => AuthorityAnchors> => {
  const { fileAnchors } = await import('@custody/services/authority')
  return (authority) => fileAnchors(join(`${machineFile}.d`, `authority-${authority}.json`), systemRandom)
}

/** Why an authority does not open, and for a log that was put back what mends it. */
export const authorityFailure = (fault: CoreFault): CommandFailure => {
  const told = coreFailure(fault)
  if (!isOtherLog(fault)) return told
  return failure(
    told.exit,
    ...told.lines,
    'this is the log of the services: bring its newest copy back, or take it as it is with custody authority accept; ' +
      'what was counted and given since is forgotten then'
  )
}
