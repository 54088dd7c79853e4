import { systemClock } from '@custody/core/clock'
import { openHome, protectLicense } from '@custody/core/home'
import { systemRandom } from '@custody/core/random'

import { custody } from '../command/run-custody'
import type { Place } from '../command/temporary-place'
import { inspectHome } from './inspected-home'
import { succeed } from './succeed'

/** A computer with licenses of its own and a backup of them. */
export interface SourceComputer {
  readonly backup: string
  /** Issuer and license id of each license, in order. */
  readonly licenses: ReadonlyArray<string>
  readonly mid: string
}

const CONDITIONS = { rights: [{ action: 'Play' as const }, { action: 'Backup' as const }] }

/** Makes such a computer by the real command. */
export const sourceComputer = async (place: Place, service: string, licenses: number): Promise<SourceComputer> => {
  await custody(place, 'individualize', '--yes', '--service', service)
  const home = await succeed(openHome({ directory: place.home, machineFile: place.machine, clock: systemClock, random: systemRandom }))
  try {
    for (let count = 0; count < licenses; count += 1) await succeed(protectLicense(home)({ conditions: CONDITIONS }))
  } finally {
    home.close()
  }
  const backup = place.at('source-backup')
  await custody(place, 'backup', backup)
  const { licenses: names, mid = '', problems } = await inspectHome(place)
  if (problems.length > 0) throw new Error(problems.join('; '))
  return { backup, licenses: names, mid }
}
